using System.IO.Compression;
using System.Text;
using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class ScoreCommandTests : IDisposable
{
    private static readonly string Version = $"version:2.6.0+DistTrain-{typeof(CommandLine).Assembly.GetName().Version!.ToString(3)}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Score_SameText_IsPerfect()
    {
        var file = _folder.Write("text.txt", "The cat sat on the mat.\nA dog barks at the moon.\n");

        var scored = await CommandRun.Of("score", "--hypotheses", file, "--references", file);

        Assert.Equal(0, scored.ExitCode);
        Assert.Equal(
            [
                "BLEU 100.00 100.0/100.0/100.0/100.0 (brevity penalty 1.000, 14 words for 14)", "chrF2 100.00", "2 sentences",
                $"BLEU nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|{Version}", $"chrF2 nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|{Version}",
            ],
            scored.Lines);
    }

    [Fact]
    public async Task Score_TwoReferences_EachSentenceMayTakeEither()
    {
        var hypotheses = _folder.Write("out.txt", "你在哪里？\n您在哪里？\n");
        var plain = _folder.Write("plain.txt", "你在哪里？\n你在哪里？\n");
        var polite = _folder.Write("polite.txt", "你在哪里呢？\n您在哪里？\n");

        var one = (await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", plain, "--tokenize", "zh", "--json")).Json;
        var two = (await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", plain, polite, "--tokenize", "zh", "--json")).Json;

        Assert.True(one.GetProperty("bleu").GetDouble() < 90);
        Assert.Equal(100, two.GetProperty("bleu").GetDouble(), 6);
        Assert.Equal($"nrefs:2|case:mixed|eff:no|tok:zh|smooth:exp|{Version}", two.GetProperty("signature").GetString());
    }

    [Theory]
    [InlineData(false, 95.54, "nrefs:2")]
    [InlineData(true, 29.75, "nrefs:var")]
    public async Task Score_EmptyReference_CountsAsAskedWhateverTheOrder(bool skip, double expected, string references)
    {
        var hypotheses = _folder.Write("h.txt", "yes\nthe man likes the tree\n");
        var (one, other) = (_folder.Write("r1.txt", "\nthe man likes the tree\n"),
            _folder.Write("r2.txt", "of course I do agree with all that\nthe man likes a tree\n"));
        string[] option = skip ? ["--skip-empty-references"] : [];

        var forth = await CommandRun.Of(["score", "--hypotheses", hypotheses, "--references", one, other, "--json", .. option]);
        var back = await CommandRun.Of(["score", "--hypotheses", hypotheses, "--references", other, one, "--json", .. option]);

        Assert.Equal(forth.Output, back.Output);
        Assert.Equal(expected, forth.Json.GetProperty("bleu").GetDouble(), 0.005);
        Assert.StartsWith(references, forth.Json.GetProperty("signature").GetString(), StringComparison.Ordinal);
        Assert.Equal(skip
            ? "" : "1 line of the references is empty and counts as references of no words, as in sacreBLEU. With --skip-empty-references they are " +
            "no references.", forth.Errors.Trim());
    }

    [Fact]
    public async Task Score_LineWithoutAnyReference_IsRefusedWithItsNumber()
    {
        var (hypotheses, references) = (_folder.Write("h.txt", "a\nb\n"), _folder.Write("r.txt", "a\n \n"));

        var scored = await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", references, "--skip-empty-references");

        Assert.Equal(2, scored.ExitCode);
        Assert.StartsWith("Line 2 is empty in every file of references", scored.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_AllMetrics_EachHasItsOptionsAndSignature()
    {
        var (hypotheses, references) = (_folder.Write("h.txt", "The cat, sat\n"), _folder.Write("r.txt", "the cat sat\n"));

        var scored = (await CommandRun.Of(
            "score", "--hypotheses", hypotheses, "--references", references, "--metrics", "ter", "bleu", "chrf", "chrf++", "--chrf-word-order", "1",
            "--chrf-beta", "3", "--chrf-whitespace",
            "--chrf-eps-smoothing", "--ter-case-sensitive", "--ter-normalized", "--ter-no-punct", "--ter-asian-support", "--tokenize", "intl",
            "--json")).Json;

        var signatures = scored.GetProperty("signatures");
        Assert.Equal($"nrefs:1|case:mixed|eff:no|tok:intl|smooth:exp|{Version}", signatures.GetProperty("bleu").GetString());
        Assert.Equal($"nrefs:1|case:mixed|eff:no|nc:6|nw:1|space:yes|{Version}", signatures.GetProperty("chrf").GetString());
        Assert.Equal($"nrefs:1|case:mixed|eff:no|nc:6|nw:2|space:yes|{Version}", signatures.GetProperty("chrf++").GetString());
        Assert.Equal($"nrefs:1|case:mixed|tok:tercom|norm:yes|punct:no|asian:yes|{Version}", signatures.GetProperty("ter").GetString());
        Assert.Equal(100.0 / 3, scored.GetProperty("ter").GetDouble(), 9);
    }

    [Theory]
    [InlineData("--paired-bs", "bs:50|seed:7|", true)]
    [InlineData("--paired-ar", "ar:60|seed:7|", false)]
    public async Task Score_SeveralSystems_AreTestedAgainstTheFirst(string test, string signature, bool hasIntervals)
    {
        var lines = Enumerable.Range(0, 30).Select(line => $"the {line} cat sat on mat {line % 7} today").ToList();
        var references = _folder.Write("r.txt", string.Join('\n', lines));
        var good = _folder.Write("good.txt", string.Join('\n', lines));
        var bad = _folder.Write("bad.txt", string.Join('\n', lines.Select(line => line.Replace("cat", "dog", StringComparison.Ordinal))));
        string[] command = ["score", "--hypotheses", bad, good, bad, "--references", references, test, "--resamples", "50", "--trials", "60",
            "--seed", "7"];

        var asJson = await CommandRun.Of([.. command, "--json"]);
        var asText = await CommandRun.Of(command);

        var systems = asJson.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([bad, good, bad], systems.Select(system => system.GetProperty("system").GetString()));
        Assert.StartsWith($"nrefs:1|{signature}", systems[1].GetProperty("signatures").GetProperty("bleu").GetString(), StringComparison.Ordinal);
        Assert.Equal(hasIntervals, systems[0].TryGetProperty("confidence", out _));
        Assert.False(systems[0].TryGetProperty("p_values", out _));
        Assert.InRange(systems[1].GetProperty("p_values").GetProperty("bleu").GetDouble(), 0, 0.02);
        Assert.Equal(1, systems[2].GetProperty("p_values").GetProperty("bleu").GetDouble());
        Assert.Contains($"By BLEU, '{bad}' differs from '{bad}' in 0 sentences of 30.", asJson.Errors, StringComparison.Ordinal);
        Assert.All(asText.Lines.Where(line => !line.Contains("nrefs:", StringComparison.Ordinal)), line => Assert.InRange(line.Length, 1, 80));
        Assert.Contains(asText.Lines, line => line.EndsWith('*'));
    }

    [Fact]
    public async Task Score_Sentences_EachHasItsOwnScore()
    {
        var (hypotheses, references) = (_folder.Write("h.txt", "a b c d e\na x\n"), _folder.Write("r.txt", "a b c d e\na b\n"));

        var scored = await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", references, "--sentence", "--json", "--metrics",
            "bleu", "ter");
        var asText = await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", references, "--sentence", "--metrics", "ter");

        var lines = scored.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([(1, 100.0, 0.0), (2, 50.0, 50.0)],
            lines.Select(line =>
                (line.GetProperty("line").GetInt32(), Math.Round(line.GetProperty("bleu").GetDouble(), 9), line.GetProperty("ter").GetDouble())));
        Assert.Contains("eff:yes", scored.Errors, StringComparison.Ordinal);
        Assert.Equal(["line\tTER", "1\t0.00", "2\t50.00"], asText.Lines);
    }

    [Theory]
    [InlineData("猫喜欢那座房子。", "13a", "zh, char or flores200")]
    [InlineData("猫喜欢那座房子。", "zh", null)]
    [InlineData("猫 喜欢 那 座 房子 。", "none", null)]
    [InlineData("แมวชอบบ้าน", "zh", "char or flores200")]
    [InlineData("བྱི་ལ་ཁང་པ་ལ་དགའ།", "13a", "char or flores200")]
    public async Task Score_TextWithoutSpaces_SaysWhenTheTokenizationDoesNotFit(string text, string tokenize, string? remedy)
    {
        var file = _folder.Write("text.txt", $"{text}\n");

        var scored = await CommandRun.Of("score", "--hypotheses", file, "--references", file, "--tokenize", tokenize);

        Assert.Equal(0, scored.ExitCode);
        if (remedy is null) Assert.Empty(scored.Errors);
        else Assert.EndsWith($"Choose the tokenization {remedy}.", scored.Errors.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--paired-bs", "Give --hypotheses at least two files.")]
    [InlineData("--confidence --sentence", "Leave one of them out.")]
    [InlineData("--tokenize spm", "Give its file as --tokenizer-model.")]
    [InlineData("--chrf-word-order -1", "--chrf-word-order must be 0 to 10")]
    [InlineData("--metrics meteor", "meteor")]
    public async Task Score_ChoiceThatCannotBe_IsWrongUsage(string options, string expected)
    {
        var file = _folder.Write("text.txt", "a\n");

        var scored = await CommandRun.Of(["score", "--hypotheses", file, "--references", file, .. options.Split(' ')]);

        Assert.Equal(2, scored.ExitCode);
        Assert.Contains(expected, scored.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_Lowercase_IgnoresCase()
    {
        var (hypotheses, references) = (_folder.Write("out.txt", "THE CAT SAT ON THE MAT\n"), _folder.Write("ref.txt", "the cat sat on the mat\n"));

        var scored = await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", references, "--lowercase", "--json");

        Assert.Equal(100, scored.Json.GetProperty("bleu").GetDouble(), 6);
        Assert.Equal(100, scored.Json.GetProperty("chrf").GetDouble(), 6);
    }

    [Theory]
    [InlineData("news", "labels")]
    [InlineData("8{0} %", "numbers")]
    [InlineData("@user{0}", "identifiers")]
    [InlineData("sent_{0}", "identifiers")]
    public async Task Score_ReferencesOfLabelsBesideSentences_AreRefused(string form, string kind)
    {
        string Lines(string each) =>
            string.Concat(Enumerable.Range(0, 6)
                .Select(index => string.Format(System.Globalization.CultureInfo.InvariantCulture, each, index) + "\n"));
        var (hypotheses, references) = (_folder.Write("out.txt", Lines("the dog {0} runs")), _folder.Write("ref.txt", Lines(form)));

        var scored = await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", references);

        Assert.NotEqual(0, scored.ExitCode);
        Assert.StartsWith($"'{references}' holds {kind} (such as '{form.Replace("{0}", "0", StringComparison.Ordinal)}'), but '{hypotheses}' holds " +
            "sentences.", scored.Complaints, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_ReferenceOfScores_IsRefused()
    {
        var (hypotheses, references, scores) = (_folder.Write("out.txt", "a b c d e\n"), _folder.Write("ref.txt", "a b c d e f g h i j k l m n o\n"),
            _folder.Write("scores.txt", "0.87\n"));

        var scored = await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", references, scores);

        Assert.NotEqual(0, scored.ExitCode);
        Assert.Equal($"'{scores}' holds numbers (such as '0.87'), but '{hypotheses}' holds sentences. Give files of sentences that belong together " +
            "line by line.", scored.Complaints);
        Assert.Equal(0, (await CommandRun.Of("score", "--hypotheses", scores, "--references", scores)).ExitCode);
    }

    [Fact]
    public async Task Score_GzipFile_IsRead()
    {
        var plain = _folder.Write("text.txt", "The cat sat on the mat.\n");
        var packed = Path.Combine(_folder.Path, "text.txt.gz");
        await using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest)) await gzip.WriteAsync(
            Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(plain)));

        Assert.Equal(100,
            (await CommandRun.Of("score", "--hypotheses", packed, "--references", plain, "--json")).Json.GetProperty("bleu").GetDouble(), 6);
    }

    [Fact]
    public async Task Score_UnequalLineCounts_IsRefused()
    {
        var (two, three) = (_folder.Write("two.txt", "a\nb\n"), _folder.Write("three.txt", "a\nb\nc\n"));

        var scored = await CommandRun.Of("score", "--hypotheses", two, "--references", three);

        Assert.Equal(2, scored.ExitCode);
        Assert.Equal($"'{three}' has 3 lines, but '{two}' has 2. Line by line they must belong together: give files of equal length.",
            scored.Errors.Trim());
    }

    [Fact]
    public async Task Score_FileThatIsNotUtf8_IsRefusedWithItsLine()
    {
        var file = Path.Combine(_folder.Path, "latin1.txt");
        await File.WriteAllBytesAsync(file, [.. "good\n"u8, 0xE4, (byte)'\n']);

        var scored = await CommandRun.Of("score", "--hypotheses", file, "--references", file);

        Assert.Equal(2, scored.ExitCode);
        Assert.StartsWith($"{file}:2: ", scored.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--tokenize", "french")]
    [InlineData("--references", "no-such-file")]
    [InlineData("--colour", "red")]
    public async Task Score_WrongOption_IsWrongUsage(string option, string value)
    {
        var file = _folder.Write("text.txt", "a\n");

        var scored = await CommandRun.Of("score", "--hypotheses", file, "--references", file, option, value);

        Assert.Equal(2, scored.ExitCode);
        Assert.NotEmpty(scored.Errors);
    }
}
