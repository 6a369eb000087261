using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>A worker that cannot train is left out, and the job goes on with the other.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task AWorkerWithoutLibtorch_IsLeftOutByName_AndTheJobCompletesWithTheOther()
    {
        var seed = $"127.0.0.1:{ClusterTests.FreePort()}";
        await using var coordinator = DistTrainProcess.Start("coordinator", "--port", seed.Split(':')[1], "--state",
            Path.Combine(_folder.Path, "state"), "--data", _folder.Path);
        await using var good = DistTrainProcess.Start(Worker("good"));
        await using var bad = DistTrainProcess.Start(
            new Dictionary<string, string> { ["DISTTRAIN_LIBTORCH"] = Path.Combine(_folder.Path, "nowhere") }, Worker("bad"));
        await good.UntilLine("on its roster");
        await bad.UntilLine("on its roster");

        var (code, run) = await DistTrainProcess.Run(null, "submit", _folder.Write("job.yaml", TinyJob.Yaml(steps: 20)), "--watch", "--json",
            "--seed", seed);

        await using var submitted = run;
        Assert.True(code == 0, run.Describe());
        var (_, history) = await DistTrainProcess.Run(null, "history", RunTests.Text(run.Events[^1], "job"), "--json", "--seed", seed);
        await using var told = history;
        var ended = Assert.Single(history.Events, line => Event(line) == "GenerationEnded");
        Assert.Equal(("worker_at_fault", "bad"), (RunTests.Text(ended, "cause"), RunTests.Text(ended, "worker")));
        Assert.StartsWith("Generation 1 ended: Worker bad is at fault: ", RunTests.Text(ended, "text"), StringComparison.Ordinal);
        Assert.Equal("bad", RunTests.Text(Assert.Single(history.Events, line => Event(line) == "WorkerLeftOut"), "worker"));

        string[] Worker(string name) => ["worker", "--seed", seed, "--name", name, "--logs", _folder.Path];
    }

    private static string Event(JsonElement line) => RunTests.Text(line, "event");
}
