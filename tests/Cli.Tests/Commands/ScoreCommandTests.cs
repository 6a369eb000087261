using System.IO.Compression;
using System.Text;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class ScoreCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Score_SameText_IsPerfect()
    {
        var file = folder.Write("text.txt", "The cat sat on the mat.\nA dog barks at the moon.\n");

        var scored = await CommandRun.Of("score", "--hypotheses", file, "--references", file);

        Assert.Equal(0, scored.ExitCode);
        Assert.Equal(
            ["BLEU 100.00 100.0/100.0/100.0/100.0 (brevity penalty 1.000, 14 words for 14)", "chrF 100.00", "2 sentences, nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp"],
            scored.Lines);
    }

    [Fact]
    public async Task Score_TwoReferences_EachSentenceMayTakeEither()
    {
        var hypotheses = folder.Write("out.txt", "你在哪里？\n您在哪里？\n");
        var plain = folder.Write("plain.txt", "你在哪里？\n你在哪里？\n");
        var polite = folder.Write("polite.txt", "\n您在哪里？\n");

        var one = (await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", plain, "--tokenize", "zh", "--json")).Json;
        var two = (await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", plain, polite, "--tokenize", "zh", "--json")).Json;

        Assert.True(one.GetProperty("bleu").GetDouble() < 90);
        Assert.Equal(100, two.GetProperty("bleu").GetDouble(), 6);
        Assert.Equal("nrefs:2|case:mixed|eff:no|tok:zh|smooth:exp", two.GetProperty("signature").GetString());
    }

    [Fact]
    public async Task Score_Lowercase_IgnoresCase()
    {
        var (hypotheses, references) = (folder.Write("out.txt", "THE CAT SAT ON THE MAT\n"), folder.Write("ref.txt", "the cat sat on the mat\n"));

        var scored = await CommandRun.Of("score", "--hypotheses", hypotheses, "--references", references, "--lowercase", "--json");

        Assert.Equal(100, scored.Json.GetProperty("bleu").GetDouble(), 6);
        Assert.Equal(100, scored.Json.GetProperty("chrf").GetDouble(), 6);
    }

    [Fact]
    public async Task Score_GzipFile_IsRead()
    {
        var plain = folder.Write("text.txt", "The cat sat on the mat.\n");
        var packed = Path.Combine(folder.Path, "text.txt.gz");
        await using (var gzip = new GZipStream(File.Create(packed), CompressionLevel.Fastest)) await gzip.WriteAsync(Encoding.UTF8.GetBytes(await File.ReadAllTextAsync(plain)));

        Assert.Equal(100, (await CommandRun.Of("score", "--hypotheses", packed, "--references", plain, "--json")).Json.GetProperty("bleu").GetDouble(), 6);
    }

    [Fact]
    public async Task Score_UnequalLineCounts_IsRefused()
    {
        var (two, three) = (folder.Write("two.txt", "a\nb\n"), folder.Write("three.txt", "a\nb\nc\n"));

        var scored = await CommandRun.Of("score", "--hypotheses", two, "--references", three);

        Assert.Equal(2, scored.ExitCode);
        Assert.Equal($"'{three}' has 3 lines, but '{two}' has 2. Line by line they must belong together: give files of equal length.", scored.Errors.Trim());
    }

    [Fact]
    public async Task Score_FileThatIsNotUtf8_IsRefusedWithItsLine()
    {
        var file = Path.Combine(folder.Path, "latin1.txt");
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
        var file = folder.Write("text.txt", "a\n");

        var scored = await CommandRun.Of("score", "--hypotheses", file, "--references", file, option, value);

        Assert.Equal(2, scored.ExitCode);
        Assert.NotEmpty(scored.Errors);
    }
}
