using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>Workers leave and come while a job trains: each step is done once, by those that are there.</summary>
public sealed class MembershipTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task OneWorkerIsToldToEnd_AndAnotherComes_TheStepsGoOn()
    {
        var port = ClusterTests.FreePort();
        var seed = $"127.0.0.1:{port}";
        await using var coordinator = DistTrainProcess.Start("coordinator", "--port", $"{port}", "--state", Path.Combine(_folder.Path, "state"));
        await using var one = Worker(seed, "one");
        await using var two = Worker(seed, "two");
        await one.UntilLine("on its roster");
        await two.UntilLine("on its roster");
        var endless = _folder.Write("endless.yaml", TinyJob.Yaml(name: "endless", steps: 1_000_000, checkpointEvery: 100_000, minWorkers: 1));
        await using var watched = DistTrainProcess.Start("submit", endless, "--watch", "--json", "--seed", seed);
        await watched.Until(run => RunTests.Steps(run).Any(step => step.Workers == 2) ? run : null, "steps of two workers");

        await two.Signal("TERM", wholeGroup: false);

        Assert.True(await two.Ended() == 0, two.Describe());
        await watched.UntilLine("Worker 'two' left after step");
        await watched.Until(run => RunTests.Steps(run).Any(step => step.Workers == 1) ? run : null, "steps of the other");
        await using var three = Worker(seed, "three");
        await watched.UntilLine("Worker 'three' joins.");
        var last = RunTests.Steps(watched).Last().Generation;
        await watched.Until(run => RunTests.Steps(run).Any(step => step.Workers == 2 && step.Generation >= last) ? run : null, "steps of both");

        var steps = RunTests.Steps(watched).Select(step => step.Step).ToList();
        Assert.Equal(Enumerable.Range(1, steps.Count), steps);
        Assert.DoesNotContain(watched.Lines, line => line.Contains("going on from the checkpoint", StringComparison.Ordinal));
    }

    private DistTrainProcess Worker(string seed, string name) =>
        DistTrainProcess.Start("worker", "--seed", seed, "--name", name, "--logs", _folder.Path, "--threads", "1");
}
