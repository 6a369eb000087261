using System.Text.Json;
using DistTrain.TestSupport;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands;

public sealed class CheckCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Check_SampleJob_IsInOrder()
    {
        var check = await CommandRun.Of("check", Path.Combine(Repository.Root, "deploy", "jobs", "sample.yaml"));

        Assert.Equal((0, "", "sample.yaml is in order: job sample-en-zh, pretrain (supervised), then align (dpo)."), (check.ExitCode, check.Errors, Assert.Single(check.Lines)));
    }

    [Fact]
    public async Task Check_Mistakes_AreAllNamedWithTheirLines()
    {
        var check = await CommandRun.Of("check", Wrong());

        Assert.Equal((2, ""), (check.ExitCode, check.Output));
        Assert.Equal(["wrong.yaml:1", "wrong.yaml:2", "wrong.yaml:3"], check.Errors.Trim().Split(Environment.NewLine).Select(line => line[..line.IndexOf(": ", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task Check_MistakesAsJson_OneLineEach()
    {
        var check = await CommandRun.Of("check", Wrong(), "--json");

        var problems = check.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(2, check.ExitCode);
        Assert.Equal(["colour", "phases[0].batch_tokens", "phases[0].data.train"], problems.Select(problem => problem.GetProperty("path").GetString()));
        Assert.Equal([1, 2, 3], problems.Select(problem => problem.GetProperty("line").GetInt32()));
        Assert.All(problems, problem => Assert.Equal("error", problem.GetProperty("severity").GetString()));
    }

    [Fact]
    public async Task Check_KeyThatDoesNothing_IsAWarningInBothForms()
    {
        const string Warning = "phases[0].validate.beam does nothing: the phase translates nothing. Name a translation set under validate.translations, or remove the key.";
        var job = Idle();

        var text = await CommandRun.Of("check", job);
        Assert.Equal((0, $"idle.yaml:3: warning: {Warning}"), (text.ExitCode, text.Errors.Trim()));

        var json = await CommandRun.Of("check", job, "--json");
        Assert.Equal(0, json.ExitCode);
        var warning = JsonDocument.Parse(json.Lines[0]).RootElement;
        Assert.Equal(
            ("warning", "idle.yaml", 3, "phases[0].validate.beam", Warning),
            (Text("severity"), Text("file"), warning.GetProperty("line").GetInt32(), Text("path"), Text("message")));
        Assert.Equal("idle", JsonDocument.Parse(json.Lines[1]).RootElement.GetProperty("name").GetString());

        string Text(string name) => warning.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task Run_KeyThatDoesNothing_IsToldBeforeAnythingStarts()
    {
        // Where the folder of the run is to be, there is a file: the run ends before it starts a process.
        var run = await CommandRun.Of("run", Idle(), "--workers", "1", "--runs", folder.Write("taken", ""));

        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("idle.yaml:3: warning: phases[0].validate.beam does nothing", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check", "--data")]
    [InlineData("check", "--start")]
    [InlineData("run", "--data")]
    [InlineData("submit", "--data")]
    [InlineData("submit", "--start")]
    public async Task AnyCommand_EmptyPath_IsRefusedInASentence(string command, string option)
    {
        var run = await CommandRun.Of(command, Idle(), option, "");

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{option} is empty. Give a path, or leave the option out.", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_DataFolder_IsWhereDataAreLookedFor()
    {
        var job = folder.Write("jobs/a.yaml", "name: a\nphases: [{ name: b, type: supervised, steps: 1, data: { train: c.tsv } }]");
        folder.Write("data/c.tsv", "a\tb\n");

        Assert.Equal(2, (await CommandRun.Of("check", job)).ExitCode);
        Assert.Equal(0, (await CommandRun.Of("check", job, "--data", Path.Combine(folder.Path, "data"))).ExitCode);
    }

    [Fact]
    public async Task Check_StartByTheIdOfAJob_IsTakenWithAWarning()
    {
        var job = folder.Write("tune.yaml", "name: tune\nstart: base-20260102-030405\nphases: [{ name: b, type: supervised, steps: 9000, data: { train: 'sample:polite-en-zh/train' } }]\n");

        var check = await CommandRun.Of("check", job, "--runs", folder.Path);

        Assert.Equal((0, 1), (check.ExitCode, check.Lines.Length));
        Assert.StartsWith("tune.yaml:2: warning: start is 'base-20260102-030405', which is not here.", check.Errors, StringComparison.Ordinal);
        // A job of that folder which is there is looked at.
        Directory.CreateDirectory(Path.Combine(folder.Path, "tune", "jobs", "base-20260102-030405"));
        Assert.Contains("no checkpoint can be taken from there", (await CommandRun.Of("check", job, "--runs", folder.Path)).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_NoFile_IsRefused()
    {
        var check = await CommandRun.Of("check", Path.Combine(folder.Path, "none.yaml"));

        Assert.Equal(2, check.ExitCode);
        Assert.Contains("There is no job file", check.Errors, StringComparison.Ordinal);
    }

    private string Idle()
    {
        folder.Write("a.tsv", "a\tb\n");
        return folder.Write("idle.yaml", "name: idle\nphases: [{ name: b, type: supervised, steps: 5000, data: { train: a.tsv },\n  validate: { beam: 5 } }]\n");
    }

    private string Wrong() => folder.Write("wrong.yaml", """
        { name: a, colour: blue,
          phases: [{ name: b, type: supervised, steps: 1, batch_tokens: -4,
            data: { train: missing.tsv } }] }
        """);
}
