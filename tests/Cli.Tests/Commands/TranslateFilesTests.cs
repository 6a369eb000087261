using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

/// <summary>Where <c>translate</c> reads from and writes to.</summary>
public sealed class TranslateFilesTests(SomeRun run) : IClassFixture<SomeRun>, IDisposable
{
    private const string Text = "where are you ?\n\ndo you like tea ?\n   \nyou help the teacher .\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "")]
    [InlineData(".gz", "")]
    [InlineData("", ".gz")]
    public async Task Translate_Files_AreReadAndWrittenAsTheStandardOnes(string inputEnding, string outputEnding)
    {
        var expected = await CommandRun.WithInput(Text, "translate", "--checkpoint", run.Folder, "--beam", "1");
        var input = _folder.Write("in.txt", Text);
        if (inputEnding.Length > 0) await Compress(input);
        var output = _folder.Write("out.txt" + outputEnding, "what was there before\n");

        var translated = await CommandRun.Of("translate", "--checkpoint", run.Folder, "--beam", "1", "--input", input + inputEnding, "--output",
            output, "--device", "cpu", "--threads", "1");

        Assert.Equal((0, ""), (translated.ExitCode, translated.Output));
        Assert.Equal(expected.Lines, TextFile.Lines(output));
        Assert.Equal(expected.Complaints.Replace(" reached", $" of '{input + inputEnding}' reached", StringComparison.Ordinal),
            translated.Complaints);
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    [Fact]
    public async Task Translate_InputThatFailsHalfWay_LeavesTheOldOutputAlone()
    {
        var input = Path.Combine(_folder.Path, "bad.txt");
        await File.WriteAllBytesAsync(input, [.. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("you\n", 1100))), 0xE4, (byte)'\n']);
        var output = _folder.Write("out.txt", "what was there before\n");

        var failed = await CommandRun.Of("translate", "--checkpoint", run.Folder, "--beam", "1", "--max-length", "2", "--input", input, "--output",
            output);

        Assert.Equal(2, failed.ExitCode);
        Assert.Contains($"{input}:1101: ", failed.Complaints, StringComparison.Ordinal);
        Assert.Equal("what was there before\n", await File.ReadAllTextAsync(output));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    [Fact]
    public async Task Translate_LinesWithOtherEndsInside_GivesALineForEach()
    {
        const string text = "you\rthey\nhelp\u0085the teacher\r\nwhere\u2028are\u2029you\vnow\f?\n\n\r\n";
        var input = _folder.Write("in.txt", text);
        var output = Path.Combine(_folder.Path, "out.txt");

        var translated = await CommandRun.Of("translate", "--checkpoint", run.Folder, "--input", input, "--output", output);

        Assert.Equal(0, translated.ExitCode);
        Assert.Equal((await CommandRun.WithInput(text, "translate", "--checkpoint", run.Folder)).Output, await File.ReadAllTextAsync(output));
        var lines = (await File.ReadAllTextAsync(output)).Split('\n');
        Assert.Equal((6, "", "", ""), (lines.Length, lines[3], lines[4], lines[5]));
        Assert.All(lines[..3], line => Assert.NotEqual("", line));
        Assert.All(lines, line => Assert.Equal(line, line.ReplaceLineEndings(" ")));
    }

    [Fact]
    public async Task Translate_WhenItsReaderIsGone_EndsQuietly()
    {
        var (errors, code) = (Path.Combine(_folder.Path, "errors"), Path.Combine(_folder.Path, "code"));
        // Lines without end: only the missing reader can end it.
        var shell = $"yes 'where are you ?' | {{ dotnet '{Path.Combine(AppContext.BaseDirectory, "DistTrain.Cli.dll")}' translate --checkpoint '" +
            $"{run.Folder}' --beam 1 --max-length 4 2> '{errors}'; echo $? > '{code}'; }} | head -n 1";
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", shell]) { RedirectStandardOutput = true })!;
        using var patience = new CancellationTokenSource(DistTrainProcess.Patience);
        var read = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);

        Assert.Equal(
            (await CommandRun.WithInput("where are you ?\n", "translate", "--checkpoint", run.Folder, "--beam", "1", "--max-length", "4")).Output,
            read);
        Assert.Equal("141", (await File.ReadAllTextAsync(code)).Trim());
        Assert.All(await File.ReadAllLinesAsync(errors), line => Assert.Matches("^(Checkpoint |Line [0-9]+ reached the limit)", line));
    }

    private static async Task Compress(string file)
    {
        await using var target = new GZipStream(File.Create(file + ".gz"), CompressionLevel.Fastest);
        await target.WriteAsync(await File.ReadAllBytesAsync(file));
    }
}
