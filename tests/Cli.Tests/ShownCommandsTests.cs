using System.CommandLine;
using DistTrain.TestSupport;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests;

public class ShownCommandsTests
{
    public static TheoryData<string> Commands { get; } = [.. Paths(CommandLine.Root(TextReader.Null))];

    [Theory]
    [InlineData("README.md", 4)]
    [InlineData("docs/guide/cluster.md", 8)]
    [InlineData("docs/guide/looking.md", 2)]
    [InlineData("docs/benchmarks/", 5)]
    [InlineData("deploy/jobs/multi30k-en-de.yaml", 3)]
    [InlineData("deploy/compose.yaml", 3)]
    [InlineData("deploy/k8s/", 3)]
    [InlineData("deploy/systemd/", 2)]
    [InlineData("deploy/slurm/", 3)]
    public void All_File_HasItsCommandLines(string file, int atLeast) =>
        Assert.InRange(ShownCommand.All.Count(command => command.Place.StartsWith(file, StringComparison.Ordinal)), atLeast, int.MaxValue);

    [Fact]
    public void Parse_EveryShownCommandLine_IsUnderstood()
    {
        var root = CommandLine.Root(TextReader.Null);
        // The files are the reader's.
        var errors = ShownCommand.All.SelectMany(command => root.Parse(command.Words).Errors
            .Where(error => !error.Message.StartsWith("File does not exist", StringComparison.Ordinal))
            .Select(error => $"{command.Place}\n  {error.Message}")).ToList();
        Assert.True(errors.Count == 0, string.Join('\n', errors));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_OfEveryCommand_SaysHowItIsUsed(string command)
    {
        var help = await CommandRun.Of([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);
        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        Assert.Contains($"disttrain {command}".TrimEnd(), help.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_CommandsThatNeedNoModel_AreDoneInAFolderOfTheirOwn()
    {
        using var folder = new TemporaryFolder();
        folder.Write("same.txt", "The cat sat on the mat.\n");
        var shown = ShownCommand.All.Where(command => command.Words[0] is "sample" or "schema").Select(command => command.Words).ToList();
        Assert.NotEmpty(shown);
        string[][] others = [["check", Path.Combine(Repository.Root, "deploy", "jobs", "sample.yaml")],
            ["score", "--hypotheses", "same.txt", "--references", "same.txt"]];
        foreach (var words in shown.Concat(others))
        {
            var (code, process) = await DistTrainProcess.RunIn(folder.Path, words);
            await using var ended = process;
            Assert.True(code == 0 && process.Errors.Length == 0, $"{string.Join(' ', words)}: {process.Describe()}");
        }
        Assert.True(File.Exists(Path.Combine(folder.Path, "sample", "train.tsv")));
    }

    private static IEnumerable<string> Paths(Command command, string path = "") =>
        command.Subcommands.SelectMany(sub => Paths(sub, $"{path} {sub.Name}".TrimStart())).Prepend(path);
}
