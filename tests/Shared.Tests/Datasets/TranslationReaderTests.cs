using System.Text;
using CsCheck;
using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets;

public sealed class TranslationReaderTests : IDisposable
{
    private const string Remedy = " Correct or remove the record, or raise data.tolerate_bad_records to leave such records out.";
    private const string RemedyOfEmpty =
        " Correct or remove the record, or set data.remove_empty to leave records with an empty text out, or raise data.tolerate_bad_records.";
    private readonly DataFolder _data = new();

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("x.tsv", "x.tsv")]
    [InlineData("x.tsv.gz", "x.tsv.gz")]
    public void Read_Table_GivesSourceTargetAndFurtherReferences(string file, string path)
    {
        _data.Write(file, "a dog\tein Hund\tder Hund\t\n# 1 \"cat\"\teine Katze\t\tdie Katze");
        var examples = _data.Translations(path);
        Assert.Equal([("a dog", "ein Hund"), ("# 1 \"cat\"", "eine Katze")], examples.Select(example => (example.Source, example.Target)));
        Assert.Equal([["der Hund"], ["die Katze"]], examples.Select(example => example.MoreReferences));
    }

    [Theory]
    [InlineData("x.jsonl")]
    [InlineData("x.jsonl.gz")]
    public void Read_JsonLines_GivesNestedAndFlatRecords(string file)
    {
        _data.Write(file, """
            {"translation": {"de": "ein Hund", "en": "a dog"}, "id": 7}

            {"en": "\u4f60\ud83d\ude00", "de": "eine\tKatze"}
            """);
        Assert.Equal([("a dog", "ein Hund"), ("你😀", "eine\tKatze")], _data.Translations(file).Select(example => (example.Source, example.Target)));
    }

    [Theory]
    [InlineData("train.en", "train.de")]
    [InlineData("train.en.gz", "train.de.gz")]
    [InlineData("train.en.gz", "train.de")]
    public void Read_MosesPair_GivesLinesTogether(string source, string target)
    {
        _data.Write(source, "one\ntwo \n");
        _data.Write(target, "eins\n zwei");
        Assert.Equal([("one", "eins"), ("two ", " zwei")], _data.Translations("train").Select(example => (example.Source, example.Target)));
    }

    [Fact]
    public void Read_ByteOrderMarkAndCarriageReturns_AreNoText()
    {
        _data.Write("x.tsv", "\uFEFFone\teins\r\ntwo\tzw\rei\r\n");
        Assert.Equal([("one", "eins"), ("two", "zw\rei")], _data.Translations("x.tsv").Select(example => (example.Source, example.Target)));
    }

    [Fact]
    public void Read_AnyLines_AreWhatWasWritten()
    {
        var text = Gen.String[Gen.Char['!', '\u9999'], 0, 30].Select(any => "a" + any);
        Gen.Select(Gen.Select(text, text).Array[1, 40], Gen.Int[0, 200_000]).Sample((pairs, padding) =>
        {
            pairs[0].Item1 += new string('x', padding);
            _data.Write("any.tsv.gz", string.Concat(pairs.Select(pair => $"{pair.Item1}\t{pair.Item2}\n")));
            Assert.Equal(pairs, _data.Translations("any.tsv.gz").Select(example => (example.Source, example.Target)));
        }, iter: 50, threads: 1);
    }

    [Fact]
    public void Read_BadUtf8_NamesFileLineAndByte()
    {
        var file = _data.Write("x.tsv", [.. "one\teins\ntwo\tzw"u8, 0xFC, .. "lf\n"u8]);
        Assert.Equal($"{file}:2: Byte 7 of the line (0xFC) is not valid UTF-8.{Remedy}", Failure("x.tsv").Message);
    }

    [Fact]
    public void Read_BadUtf8OnTheTargetSide_NamesTheTargetFile()
    {
        _data.Write("train.en.gz", "one\ntwo\nthree\n");
        var file = _data.Write("train.de.gz", [.. "eins\nzwei\n"u8, 0xE4, 0xBD, (byte)'\n']);
        Assert.Equal($"{file}:3: Byte 1 of the line (0xE4) is not valid UTF-8.{Remedy}", Failure("train").Message);
    }

    [Theory]
    [InlineData("a\na\na\na\n", "b\nb\n", "en", 3, 4, 2)]
    [InlineData("a\na\n", "b\nb\nb", "de", 3, 3, 2)]
    [InlineData("", "b\n", "de", 1, 1, 0)]
    public void Read_UnequalLineCounts_NamesBothFilesBothCountsAndTheLine(string source, string target, string longer, int line, int more, int fewer)
    {
        _data.Write("train.en", source);
        _data.Write("train.de", target);
        var (long_, short_) = (Path.Combine(_data.Root, $"train.{longer}"), Path.Combine(_data.Root, longer == "en" ? "train.de" : "train.en"));
        var error = Failure("train", tolerated: 9);
        Assert.Equal((long_, line), (error.File, error.Line));
        Assert.StartsWith($"{long_}:{line}: The file has {more} lines, but '{short_}' has {fewer}: from here on, lines have no partner.",
            error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("one\teins\ntwo\n", 2, "The line has 1 column, but must hold source and target with a tab between.")]
    [InlineData("one\teins\n\nthree\tdrei", 2, "The line is blank, but must hold source and target.")]
    [InlineData("one\teins\ntwo\tzwei\tzwo\n", 2, "The line has 3 columns, but must hold source and target with a tab between.")]
    [InlineData("\teins\n", 1, "The source is empty.")]
    [InlineData("one\t  \n", 1, "The target is empty.")]
    public void Read_BadTableLine_NamesFileLineAndReason(string text, int line, string reason)
    {
        var file = _data.Write("x.tsv", text);
        Assert.Equal($"{file}:{line}: {reason}{RemedyOf(reason)}", Failure("x.tsv").Message);
    }

    [Theory]
    [InlineData("""{"en": "one", "de": """, "The line is not valid JSON from byte 21 on.")]
    [InlineData("""["one", "eins"]""", "The line is an array, but must be a JSON object.")]
    [InlineData("""{"en": "one", "fr": "un"}""", "The key 'de' is missing (there is 'en', 'fr').")]
    [InlineData("""{"translation": {}}""", "The key 'en' is missing (there is no key at all).")]
    [InlineData("""{"en": 1, "de": "eins"}""", "'en' is a number, but must be a string.")]
    [InlineData("""{"translation": {"en": "one", "de": null}}""", "'de' is null, but must be a string.")]
    [InlineData("""{"en": "one", "de": ""}""", "The text 'de' is empty.")]
    [InlineData("""{"en": "one", "de": "\ud800"}""", "'de' holds half of a surrogate pair, which is no character.")]
    public void Read_BadJsonLine_NamesFileLineAndReason(string line, string reason)
    {
        var file = _data.Write("x.jsonl", $"{{\"en\": \"a\", \"de\": \"b\"}}\n{line}\n");
        Assert.Equal($"{file}:2: {reason}{RemedyOf(reason)}", Failure("x.jsonl").Message);
    }

    [Fact]
    public void Read_EmptyMosesSide_NamesItsFile()
    {
        _data.Write("train.en", "one\ntwo\n");
        var file = _data.Write("train.de", "eins\n\n");
        Assert.Equal($"{file}:2: The target is empty.{RemedyOfEmpty}", Failure("train").Message);
    }

    [Fact]
    public void Read_ToleratedBadRecords_AreLeftOutAndListed()
    {
        var file = _data.Write("x.tsv", "one\teins\ntwo\nthree\tdrei\nfour\t\n");
        var bad = new BadRecords(2);
        Assert.Equal(["one", "three"], _data.Translations("x.tsv", bad).Select(example => example.Source));
        Assert.Equal([(file, 2L), (file, 4L)], bad.Seen.Select(record => (record.File, record.Line)));
    }

    [Fact]
    public void Read_OneBadRecordMoreThanTolerated_SaysHowManyThereWere()
    {
        var file = _data.Write("x.tsv", "a\nb\nc\n");
        var error = Failure("x.tsv", tolerated: 1);
        Assert.StartsWith($"{file}:2: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("It is bad record 2 of this data set, and data.tolerate_bad_records allows 1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_GzipCutOffAnywhere_NamesTheFile()
    {
        var file = _data.Write("x.tsv.gz", string.Concat(Enumerable.Range(0, 40).Select(n => $"{n * 7919 % 997}\t{n * 104729 % 9973}\n")));
        var whole = File.ReadAllBytes(file);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(file, whole[..length]);
            if (length == 0) Assert.Empty(_data.Translations("x.tsv.gz"));
            else Assert.Contains("The gzip data are damaged or cut off", Failure("x.tsv.gz").Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_GzipOfSeveralMembers_GivesAllLines()
    {
        var (first, second) = (File.ReadAllBytes(_data.Write("1.tsv.gz", "one\teins\ntw")), File.ReadAllBytes(_data.Write("2.tsv.gz", "o\tzwei")));
        File.WriteAllBytes(Path.Combine(_data.Root, "x.tsv.gz"), [.. first, .. second]);
        Assert.Equal(["one", "two"], _data.Translations("x.tsv.gz").Select(example => example.Source));
    }

    [Fact]
    public void Read_NotGzip_NamesTheFile()
    {
        var file = Path.Combine(_data.Root, "x.tsv.gz");
        File.WriteAllText(file, "one\teins\n", new UTF8Encoding(false));
        Assert.StartsWith($"{file}:1: The gzip data are damaged", Failure("x.tsv.gz").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MissingFile_NamesWhatWasLookedFor()
    {
        var error = Assert.Throws<FileNotFoundException>(() => _data.Translations("train"));
        Assert.StartsWith($"There is no data file '{_data.Root}/train.en' nor '{_data.Root}/train.en.gz' nor '{_data.Root}/train.en.zst'.",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownSample_NamesTheKnownOnes() =>
        Assert.Equal(
            "sample:polite-en-zh/preferences: There is no such sample set of translations. Known: sample:polite-en-zh/train, " +
                "sample:polite-en-zh/validation.",
            Failure("sample:polite-en-zh/preferences").Message);

    private static string RemedyOf(string reason) =>
        reason.EndsWith("is empty.", StringComparison.Ordinal) || reason.Contains("is blank", StringComparison.Ordinal) ? RemedyOfEmpty : Remedy;

    private DataFormatException Failure(string path, int tolerated = 0) =>
        Assert.Throws<DataFormatException>(() => _data.Translations(path, new BadRecords(tolerated)));

    [Fact]
    public void Read_GzipThatHoldsHardlyAnythingButRepetition_IsRefusedSoon()
    {
        using (var packed = new System.IO.Compression.GZipStream(File.Create(Path.Combine(_data.Root, "blank.jsonl.gz")),
            System.IO.Compression.CompressionLevel.SmallestSize))
        {
            var blank = new byte[1 << 20];
            Array.Fill(blank, (byte)'\n');
            for (var i = 0; i < 100; i++) packed.Write(blank);
        }

        var e = Assert.Throws<DataFormatException>(() => _data.Translations("blank.jsonl.gz"));
        Assert.Contains("unpack to more than 400 times their size", e.Message, StringComparison.Ordinal);
    }
}
