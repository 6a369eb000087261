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
    public async Task Check_NoFile_IsRefused()
    {
        var check = await CommandRun.Of("check", Path.Combine(folder.Path, "none.yaml"));

        Assert.Equal(2, check.ExitCode);
        Assert.Contains("There is no job file", check.Errors, StringComparison.Ordinal);
    }

    private string Wrong() => folder.Write("wrong.yaml", """
        { name: a, colour: blue,
          phases: [{ name: b, type: supervised, steps: 1, batch_tokens: -4,
            data: { train: missing.tsv } }] }
        """);
}
