using CsCheck;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Jobs;
using Parquet;
using Parquet.Schema;
using Parquet.Serialization;

namespace DistTrain.Shared.Tests.Datasets;

public sealed class ParquetTests : IDisposable
{
    private static readonly DataSpec Languages = new() { Source = "en", Target = "zh" };

    private readonly DataFolder _data = new();

    private string FilePath => Path.Combine(_data.Root, "data.parquet");

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData(true, CompressionMethod.Snappy)]
    [InlineData(true, CompressionMethod.None)]
    [InlineData(false, CompressionMethod.Gzip)]
    public async Task Read_TranslationsInAStructOrInColumns_AreThoseOfTheSameJsonLines(bool nested, CompressionMethod compression)
    {
        var pairs = Gen.Select(Words, Words).Array[1, 40].Generate(new PCG(7), null, out _);
        await Write([.. pairs.Select(pair => (pair.Item1, (string?)pair.Item2))], nested, compression, rowGroup: 7);
        _data.Write("data.jsonl",
            string.Concat(pairs.Select(pair => System.Text.Json.JsonSerializer.Serialize(new { en = pair.Item1, zh = pair.Item2 }) + "\n")));
        Assert.Equal(Texts("data.jsonl"), Texts("data.parquet"));
        Assert.Equal(pairs.Length, Texts("data.parquet").Count);
    }

    [Fact]
    public async Task Read_RowWithoutAText_IsABadRecordWithItsNumber()
    {
        await Write([("a", "b"), ("c", null), ("d", "e")], nested: true, CompressionMethod.Snappy, rowGroup: 2);
        var error = Assert.Throws<DataFormatException>(() => Texts("data.parquet"));
        Assert.Equal((FilePath, 2L, "'zh' is null, but must be a string."), (error.File, error.Line, error.Reason));
        var bad = new BadRecords(tolerated: 1);
        Assert.Equal(["a", "d"], TranslationReader.Read("data.parquet", _data.Root, Languages, bad).Select(example => example.Source));
        Assert.Equal(2, Assert.Single(bad.Seen).Line);
    }

    [Fact]
    public async Task Read_ColumnWithWhatIsNoNumber_MattersWhereItIsUsed()
    {
        await using (var stream = File.Create(FilePath))
            await ParquetSerializer.SerializeUntypedAsync(
                [new Dictionary<string, object?> { ["en"] = "a", ["zh"] = "b", ["score"] = double.NaN, ["weight"] = float.PositiveInfinity }],
                new ParquetSchema(new DataField<string>("en"), new DataField<string>("zh"), new DataField<double>("score"),
                    new DataField<float>("weight")), stream);

        Assert.Equal([("a", "b")], Texts("data.parquet"));
        var used = Languages with { Target = "score" };
        var error = Assert.Throws<DataFormatException>(() => TranslationReader.Read("data.parquet", _data.Root, used, new BadRecords(0)).ToList());
        Assert.Equal((FilePath, 1L), (error.File, error.Line));
    }

    [Fact]
    public async Task Read_ColumnsThatAreNotAskedFor_AreNotLookedAt()
    {
        await using (var stream = File.Create(FilePath))
            await ParquetSerializer.SerializeUntypedAsync(
                [new Dictionary<string, object?> { ["en"] = "a", ["score"] = 0.5, ["zh"] = "b" }],
                new ParquetSchema(new DataField<string>("en"), new DataField<double>("score"), new DataField<string>("zh")), stream);
        var bytes = await File.ReadAllBytesAsync(FilePath, TestContext.Current.CancellationToken);
        await using (var reader = await ParquetReader.CreateAsync(FilePath, cancellationToken: TestContext.Current.CancellationToken))
        {
            var score = reader.Metadata!.RowGroups[0].Columns[1].MetaData!;
            bytes.AsSpan((int)score.DataPageOffset, (int)score.TotalCompressedSize).Fill(0xFF);
        }
        await File.WriteAllBytesAsync(FilePath, bytes, TestContext.Current.CancellationToken);

        Assert.Equal([("a", "b")], Texts("data.parquet"));
        Assert.Throws<DataFormatException>(() => _data.Texts("data.parquet", new() { Source = "score", Target = "zh" }));
    }

    [Fact]
    public async Task Read_ColumnsByNumberAndName_AreThose()
    {
        await using (var stream = File.Create(FilePath))
            await ParquetSerializer.SerializeUntypedAsync(
                [
                    new Dictionary<string, object?>
                    {
                        ["id"] = 7,
                        ["first"] = "a",
                        ["second"] = "b",
                        ["more"] = "c",
                        ["parts"] = new Dictionary<string, object?> { ["x"] = "d" },
                    },
                    new Dictionary<string, object?>
                    {
                        ["id"] = 8,
                        ["first"] = "e",
                        ["second"] = "f",
                        ["more"] = "",
                        ["parts"] = new Dictionary<string, object?> { ["x"] = "g" },
                    },
                ],
                new ParquetSchema(
                    new DataField<int>("id"), new DataField<string>("first"), new DataField<string>("second"), new DataField<string>("more"),
                    new StructField("parts", new DataField<string>("x"))), stream);

        var bad = new BadRecords(0);
        Assert.Equal(["a|b|c|d", "e|f|g"],
            _data.Texts("data.parquet", new() { Source = "2", Target = "second", References = ["more", "parts.x"] }, bad));
        Assert.Equal(["'data.parquet' has 5 columns, of which are read: '2' ('a'), 'second' ('b'), 'more' ('c'), 'parts' ({\"x\":\"d\"})."],
            bad.Notes);
    }

    [Fact]
    public async Task Read_ColumnThatIsNotThere_NamesThoseThatAre()
    {
        await Write([("a", "b")], nested: false, CompressionMethod.Snappy, rowGroup: 2);
        var error = Assert.Throws<DataFormatException>(() => _data.Texts("data.parquet", new() { Source = "en", Target = "3" }));
        Assert.Equal((0L, "There is no column '3'; there are 1: 'en', 2: 'zh'."), (error.Line, error.Reason));
        Assert.Equal("There is no column 'translation.de' or 'de'; there are 1: 'en', 2: 'zh'.",
            Assert.Throws<DataFormatException>(() => _data.Translations("data.parquet")).Reason);
        Assert.Equal("No column has a name that is known; there are 1: 'en', 2: 'zh'.",
            Assert.Throws<DataFormatException>(() => _data.Preferences("data.parquet")).Reason);
    }

    [Fact]
    public async Task Read_ListsOfReferences_AreFurtherReferences()
    {
        await using (var stream = File.Create(FilePath))
            await ParquetSerializer.SerializeAsync(
                [new Referenced { en = "a", zh = "b", references = ["c", "", "d"] }, new Referenced { en = "e", zh = "f", references = [] },
                    new Referenced { en = "g", zh = "h" }, new Referenced { en = "i", zh = "j", references = ["k"] }], stream);
        Assert.Equal(["b c d", "f", "h", "j k"],
            TranslationReader.Read("data.parquet", _data.Root, Languages, new BadRecords(0))
                .Select(example => string.Join(' ', [example.Target, .. example.MoreReferences])));
    }

    [Fact]
    public async Task Read_AnyConversations_AreThoseOfTheSameJsonLines()
    {
        var text = Gen.String[Gen.Char["ab您 "], 1, 5].Select(any => $"x{any}");
        var turns = Gen.Select(text, text).Select(each => new Message[] { new("user", each.Item1), new("assistant", each.Item2) }.ToList()).List[0, 3]
            .Select(pairs => pairs.SelectMany(pair => pair).ToList());
        var rows = Gen.Select(turns, text, text, text)
            .Select(each =>
                new Chats([.. each.Item1, new("user", each.Item2)], [new("assistant", each.Item3)], [new("assistant", each.Item4)])).List[1, 40]
                .Generate(new PCG(5), null, out _);
        await using (var stream = File.Create(FilePath)) await ParquetSerializer.SerializeAsync(rows, stream,
            new ParquetOptions { RowGroupSize = 7 });
        _data.Write("data.jsonl", string.Concat(rows.Select(row => System.Text.Json.JsonSerializer.Serialize(row) + "\n")));
        Assert.Equal(PreferenceReader.Read("data.jsonl", _data.Root, Languages, new BadRecords(0)),
            PreferenceReader.Read("data.parquet", _data.Root, Languages, new BadRecords(0)));
    }

    [Fact]
    public async Task Read_PreferencesOfTextsAndOfMessages_AreTheSame()
    {
        await using (var stream = File.Create(FilePath)) await ParquetSerializer.SerializeAsync(
            [new Chats([new("user", "p")], [new("assistant", "good")], [new("assistant", "bad")])], stream);
        await using (var stream = File.Create(Path.Combine(_data.Root, "texts.parquet"))) await ParquetSerializer.SerializeAsync(
            [new Preference { prompt = "p", chosen = "good", rejected = "bad" }], stream);
        var expected = new PreferenceExample("p", "good", "bad");
        Assert.Equal([expected], PreferenceReader.Read("data.parquet", _data.Root, Languages, new BadRecords(0)));
        Assert.Equal([expected], PreferenceReader.Read("texts.parquet", _data.Root, Languages, new BadRecords(0)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(60)]
    public async Task Read_FileThatIsCutOff_SaysThatItIsNotWhole(int bytes)
    {
        await Write([("a", "b")], nested: false, CompressionMethod.None, rowGroup: 10);
        File.WriteAllBytes(FilePath, File.ReadAllBytes(FilePath)[..bytes]);
        var error = Assert.Throws<DataFormatException>(() => Texts("data.parquet"));
        Assert.StartsWith($"{FilePath}: This is not a whole Parquet file: ", error.Message, StringComparison.Ordinal);
    }

    private static Gen<string> Words { get; } = Gen.String[Gen.Char["ab \u4f60\u597d\t\"'"], 0, 8].Select(text => "w" + text);

    private List<(string, string)> Texts(string file) =>
        [.. TranslationReader.Read(file, _data.Root, Languages, new BadRecords(0)).Select(example => (example.Source, example.Target))];

    [Theory]
    [InlineData(int.MaxValue)]
    [InlineData(-5)]
    [InlineData(0)]
    [InlineData(1989)]
    public void Read_FooterThatDoesNotLieInTheFile_IsRefusedBeforeMemoryIsTaken(int length)
    {
        var bytes = new byte[2000];
        "PAR1"u8.CopyTo(bytes);
        "PAR1"u8.CopyTo(bytes.AsSpan(1996));
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1992), length);
        _data.Write("forged.parquet", bytes);

        var e = Assert.Throws<DataFormatException>(() => _data.Translations("forged.parquet"));
        Assert.Contains("footer that lies within it", e.Message, StringComparison.Ordinal);
    }

    private async Task Write((string, string?)[] pairs, bool nested, CompressionMethod compression, int rowGroup)
    {
        DataField[] fields = [new DataField<string>("en"), new DataField<string>("zh")];
        var rows = pairs.Select(IDictionary<string, object?> (pair) =>
        {
            var row = new Dictionary<string, object?> { ["en"] = pair.Item1, ["zh"] = pair.Item2 };
            return nested ? new Dictionary<string, object?> { ["translation"] = row } : row;
        }).ToList();
        var options = new ParquetOptions { CompressionMethod = compression, RowGroupSize = rowGroup };
        await using var stream = File.Create(FilePath);
        await ParquetSerializer.SerializeUntypedAsync(rows, nested
            ? new ParquetSchema(new StructField("translation", fields)) : new ParquetSchema(fields), stream, options);
    }

#pragma warning disable IDE1006, CA1812 // Columns are named as in the data sets that people share; the serializer makes the objects.
    internal sealed class Preference
    {
        public string? prompt { get; set; }
        public string? chosen { get; set; }
        public string? rejected { get; set; }
    }

    internal sealed class Referenced
    {
        public string? en { get; set; }
        public string? zh { get; set; }
        public List<string>? references { get; set; }
    }

    internal sealed class Message
    {
        public Message()
        {
        }

        public Message(string role, string content) => (this.role, this.content) = (role, content);

        public string? role { get; set; }
        public string? content { get; set; }
    }

    internal sealed class Chats
    {
        public Chats()
        {
        }

        public Chats(List<Message> prompt, List<Message> chosen, List<Message> rejected) =>
            (this.prompt, this.chosen, this.rejected) = (prompt, chosen, rejected);

        public List<Message>? prompt { get; set; }
        public List<Message>? chosen { get; set; }
        public List<Message>? rejected { get; set; }
    }
#pragma warning restore IDE1006, CA1812
}
