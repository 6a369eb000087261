using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>A coordinator dies or stands still for longer than the cluster waits for it. Its workers train on, and it finds them again.</summary>
public sealed partial class CoordinatorLossTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = ClusterTests.FreePort();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LoneWorker_CoordinatorKilledAndStartedAgain_TrainsOnInItsGeneration()
    {
        var coordinator = Coordinator();
        await using var worker = Worker("one");
        var (job, step) = await Training(worker);

        await coordinator.DisposeAsync();
        // Its side of the cluster has neither the oldest node nor another one.
        await worker.UntilLine("is no longer in the cluster");
        await using var restarted = Coordinator();
        await restarted.UntilLine("The coordinator is active with 1 stored jobs");

        await AssertGoesOn(job, step, workers: 1);
    }

    [Fact]
    public async Task Coordinator_PausedUntilItIsRemoved_FindsItsWorkersAgainInOneCluster()
    {
        await using var coordinator = Coordinator();
        await using var one = Worker("one");
        await using var two = Worker("two");
        await two.UntilLine("on its roster");
        var (job, step) = await Training(one);

        await coordinator.Signal("STOP", wholeGroup: false);
        // Unreachable after 4 s, removed 5 s and a margin of 1 s later.
        await one.Until(worker =>
            worker.Lines.FirstOrDefault(line => Silence().Match(line) is { Success: true } silence
                && int.Parse(silence.Groups["seconds"].Value, CultureInfo.InvariantCulture) >= 20), "a silence of 20 s");
        await coordinator.Signal("CONT", wholeGroup: false);
        await coordinator.UntilLine("The coordinator is active with 1 stored jobs");

        await AssertGoesOn(job, step, workers: 2);
    }

    [Fact]
    public async Task Coordinator_ReplacedByOneOfAnotherState_IsJoinedWhileTheGenerationTrainsOn()
    {
        var coordinator = Coordinator();
        await using var one = Worker("one");
        await using var two = Worker("two");
        await two.UntilLine("on its roster");
        var (job, step) = await Training(one);

        await coordinator.DisposeAsync();
        var other = Coordinator("other");
        // One goes by itself; the other then does so too, or is left alone and looks for a cluster.
        await one.UntilLine("another journal");
        await two.UntilLine("another journal");
        await other.DisposeAsync();
        await using var restarted = Coordinator();

        await AssertGoesOn(job, step, workers: 2);
    }

    private async Task<(string Job, int Step)> Training(DistTrainProcess worker)
    {
        await worker.UntilLine("on its roster");
        var file = _folder.Write("endless.yaml", TinyJob.Yaml(name: "endless", steps: 10_000_000, checkpointEvery: 10_000_000));
        var job = RunTests.Text((await Ask("submit", file))[^1], "job");
        return (job, await StepAfter(job, 0));
    }

    private async Task AssertGoesOn(string job, int step, int workers)
    {
        // The first may be what is known from before.
        await StepAfter(job, await StepAfter(job, step));
        await UntilAsMany(job, workers);
        Assert.Single(await Ask("history", job), line => RunTests.Text(line, "event") == "GenerationPlanned");
        Assert.DoesNotContain(await Ask("history", job), line => RunTests.Text(line, "event") == "GenerationEnded");
    }

    /// <summary>Asks until a later step than that is done; each question takes a second or so.</summary>
    private async Task<int> StepAfter(string job, int before)
    {
        using var patience = new CancellationTokenSource(DistTrainProcess.Patience);
        while (true)
        {
            // Of a coordinator that has just come back, or of a busy machine, a question may go without an answer.
            var (_, asked) = await DistTrainProcess.Run(null, "status", job, "--seed", $"127.0.0.1:{_port}", "--json");
            await using var __ = asked;
            var last = asked.Events is [var status] ? status.GetProperty("last_step") : default;
            if (last.ValueKind == JsonValueKind.Object && last.GetProperty("step").GetInt32() is var step && step > before) return step;
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Asks until all of the job's workers are there again: each comes back by itself.</summary>
    private async Task UntilAsMany(string job, int workers)
    {
        using var patience = new CancellationTokenSource(DistTrainProcess.Patience);
        while ((await Ask("workers")).Count(worker => worker.GetProperty("job").GetString() == job) != workers)
            patience.Token.ThrowIfCancellationRequested();
    }

    private async Task<IReadOnlyList<JsonElement>> Ask(string command, params string[] arguments)
    {
        var (code, process) = await DistTrainProcess.Run(null, [command, .. arguments, "--seed", $"127.0.0.1:{_port}", "--json"]);
        await using var _ = process;
        Assert.True(code == 0, process.Describe());
        return process.Events;
    }

    private DistTrainProcess Coordinator(string state = "state") =>
        DistTrainProcess.Start("coordinator", "--port", $"{_port}", "--state", Path.Combine(_folder.Path, state), "--data", _folder.Path);

    private DistTrainProcess Worker(string name) =>
        DistTrainProcess.Start("worker", "--seed", $"127.0.0.1:{_port}", "--name", name, "--threads", "1", "--logs", _folder.Path);

    [GeneratedRegex(@"No coordinator has answered for (?<seconds>\d+) s")]
    private static partial Regex Silence();
}
