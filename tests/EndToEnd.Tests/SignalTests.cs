using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>How processes end that are told to: exit codes, and what is left of them.</summary>
public sealed partial class SignalTests : IDisposable
{
    /// <summary>In every line that Akka prints by itself.</summary>
    private const string RawAkka = "][Thread ";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("INT", true)]
    [InlineData("TERM", true)]
    [InlineData("TERM", false)]
    public async Task Run_ToldToEnd_EndsItsProcessesInOrder(string signal, bool wholeGroup)
    {
        var job = _folder.Write("endless.yaml", TinyJob.Yaml(name: "endless", steps: 1_000_000));
        await using var run = DistTrainProcess.Start("run", job, "--workers", "2", "--runs", _folder.Path, "--json");
        await run.UntilLine("\"event\":\"step\"");

        await run.Signal(signal, wholeGroup);

        Assert.True(await run.Ended() == 130, run.Describe());
        Assert.DoesNotContain("it is started again", run.Errors, StringComparison.Ordinal);
        Assert.All(Children(run), child => Assert.Throws<ArgumentException>(() => Process.GetProcessById(child)));
        foreach (var output in Directory.GetFiles(Path.Combine(_folder.Path, "endless", "logs"), "*.out"))
        {
            var printed = await File.ReadAllTextAsync(output);
            Assert.DoesNotContain("Unhandled exception", printed, StringComparison.Ordinal);
            Assert.DoesNotContain(RawAkka, printed, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_OfAFolderThatIsInUse_IsRefusedBeforeAnythingStarts()
    {
        var job = _folder.Write("endless.yaml", TinyJob.Yaml(name: "endless", steps: 1_000_000));
        await using var first = DistTrainProcess.Start("run", job, "--workers", "1", "--runs", _folder.Path, "--json");
        await first.UntilLine("\"event\":\"step\"");

        foreach (var arguments
            in new[] { new[] { "run", job, "--workers", "1", "--runs", _folder.Path },
                ["coordinator", "--port", "0", "--state", Path.Combine(_folder.Path, "endless")] })
        {
            var (code, second) = await DistTrainProcess.Run(null, arguments);
            await using var _ = second;
            Assert.True(code == 2, second.Describe());
            Assert.StartsWith($"A run of this folder is under way (process {first.Id}): '{Path.Combine(_folder.Path, "endless")}'.", second.Errors,
                StringComparison.Ordinal);
            Assert.Empty(second.Lines);
        }
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task Nodes_ToldToEnd_EndWithoutFailure(string signal)
    {
        var port = ClusterTests.FreePort();
        await using var coordinator = DistTrainProcess.Start("coordinator", "--port", $"{port}", "--state", _folder.Path, "--data", _folder.Path);
        await using var worker = DistTrainProcess.Start("worker", "--seed", $"127.0.0.1:{port}", "--logs", _folder.Path);
        await worker.UntilLine("on its roster");

        await worker.Signal(signal, wholeGroup: false);
        Assert.True(await worker.Ended() == 0, worker.Describe());
        await coordinator.Signal(signal, wholeGroup: false);
        Assert.True(await coordinator.Ended() == 0, coordinator.Describe());
        Assert.All(new[] { coordinator, worker },
            node => Assert.DoesNotContain(RawAkka, $"{string.Join('\n', node.Lines)}{node.Errors}", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task CommandWithoutAnEndInOrder_ToldToEnd_EndsAtOnce(string signal, int expected)
    {
        // A pipe without a word in it keeps the command in the middle of its work, and opens only when that has begun.
        var pipe = Path.Combine(_folder.Path, "text");
        using (var made = Process.Start("mkfifo", [pipe])) await made.WaitForExitAsync();
        await using var command = DistTrainProcess.Start("bench", "tokenizer", "--text", pipe);
        await using var opened = await Task.Run(() => new FileStream(pipe, FileMode.Open, FileAccess.Write)).WaitAsync(DistTrainProcess.Patience);

        await command.Signal(signal, wholeGroup: false);

        Assert.True(await command.Ended() == expected, command.Describe());
    }

    [Fact]
    public async Task AnyCommand_WithFewFilesAllowed_SaysSo()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "DistTrain.Cli.dll");
        using var process = Process.Start(new ProcessStartInfo("sh", ["-c", "ulimit -n 100; exec dotnet \"$0\" jobs", program])
        {
            RedirectStandardError = true,
        })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith("This process may have 100 files open, but needs 512.", errors, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Children(DistTrainProcess run)
    {
        var children = Started().Matches(run.Errors).Select(match => int.Parse(match.Groups["id"].Value, CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(3, children.Count);
        return children;
    }

    [GeneratedRegex(@"^\S+ runs as process (?<id>\d+)\.$", RegexOptions.Multiline)]
    private static partial Regex Started();
}
