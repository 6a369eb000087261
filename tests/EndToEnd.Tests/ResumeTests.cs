using System.Globalization;
using System.Text.Json;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Runs;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>A job that is taken up again ends with the very parameters of one that was never interrupted.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Resume_PausedCancelledAndExtended_EqualTheUninterruptedJob()
    {
        var port = ClusterTests.FreePort();
        var seed = $"127.0.0.1:{port}";
        await using var coordinator = DistTrainProcess.Start("coordinator", "--port", $"{port}", "--state", Path.Combine(_folder.Path, "state"),
            "--data", _folder.Path);
        var (paused, data) = await WithoutItsData(seed);
        // The fault is the same on each.
        await using var worker = await Worker("two", seed);
        await using var another = await Worker("three", seed);
        Assert.Equal(1, (await Run("watch", seed, paused)).ExitCode);
        var status = (await Ask("status", seed, paused))[^1];
        Assert.Equal("paused", Text(status, "status"));
        Assert.Contains(data, Text(status, "because"), StringComparison.Ordinal);
        Directory.Move($"{data}.away", data);

        var cancelled = await CancelledAfterACheckpoint(seed);
        var steps = 40 + Math.Max(await Newest(seed, paused), await Newest(seed, cancelled));
        Assert.Contains(
            $"seed {TinyJob.Seed} -> {TinyJob.Seed + 1}: what job",
            await Refused("resume", seed, cancelled, "--job", Job("cancelled", steps, TinyJob.Seed + 1)), StringComparison.Ordinal);
        await ToEnd("resume", seed, cancelled, "--steps", $"{steps}");
        await ToEnd("watch", seed, cancelled);

        await ToEnd("resume", seed, paused, "--steps", $"{steps}");
        await ToEnd("watch", seed, paused);

        var extended = Text(await ToEnd("submit", seed, Job("extended", 40), "--watch"), "job");
        Assert.Contains("Ask for more of them (--steps N)", await Refused("resume", seed, extended), StringComparison.Ordinal);
        Assert.Equal(extended, Text(await ToEnd("resume", seed, extended, "--steps", $"pretrain={steps}"), "job"));
        await ToEnd("watch", seed, extended);

        var whole = Text(await ToEnd("submit", seed, Job("whole", steps), "--watch"), "job");
        var losses = Losses(whole);
        Assert.Equal(Enumerable.Range(1, steps).Select(step => (long)step), losses.Select(step => step.Step));
        foreach (var job in new[] { paused, cancelled, extended })
        {
            Assert.Equal(losses, Losses(job));
            Assert.Equal(Hash(whole, steps), Hash(job, steps));
        }
    }

    /// <summary>A job that has lost its worker after a checkpoint, and then, while it waits for another, the data that was prepared for it.</summary>
    private async Task<(string Job, string Data)> WithoutItsData(string seed)
    {
        await using var watched = DistTrainProcess.Start("submit", Job("paused", 1_000_000), "--watch", "--json", "--seed", seed);
        await using var lost = await Worker("one", seed);
        await watched.UntilLine("Checkpoint of step 20 is committed");
        await lost.Kill();
        var job = Text(Assert.Single(await Ask("jobs", seed)), "job");
        var data = Path.Combine(State(job), "data");
        Directory.Move(data, $"{data}.away");
        return (job, data);
    }

    private async Task<DistTrainProcess> Worker(string name, string seed)
    {
        var worker = DistTrainProcess.Start("worker", "--seed", seed, "--name", name, "--logs", _folder.Path);
        await worker.UntilLine("on its roster");
        return worker;
    }

    private async Task<string> CancelledAfterACheckpoint(string seed)
    {
        await using var watched = DistTrainProcess.Start("submit", Job("cancelled", 1_000_000), "--watch", "--json", "--seed", seed);
        await watched.UntilLine("Checkpoint of step 20 is committed");
        var job = Text((await Ask("jobs", seed)).Single(job => Text(job, "status") == "training"), "job");
        await Ask("cancel", seed, job);
        await watched.Ended();
        return job;
    }

    private string Job(string name, int steps, int seed = TinyJob.Seed) =>
        _folder.Write($"{name}-{steps}-{seed}.yaml",
            TinyJob.Yaml(name: name, steps: steps, dropout: 0.1, maxWorkers: 1)
                .Replace($"seed: {TinyJob.Seed}", $"seed: {seed}", StringComparison.Ordinal));

    /// <summary>Step of the newest checkpoint.</summary>
    private static async Task<int> Newest(string seed, string job) =>
        int.Parse(Text((await Ask("status", seed, job))[^1], "checkpoint")[^8..], CultureInfo.InvariantCulture);

    private string State(string job) => Path.Combine(_folder.Path, "state", "jobs", job);

    /// <summary>Of each step that the job has done.</summary>
    private IReadOnlyList<(long Step, double? Loss)> Losses(string job) =>
        [.. MetricsFile.Read(State(job)).Where(line => line.Event == MetricsLine.Step).Select(line => (line.Number, line.Loss))];

    private string Hash(string job, int steps) =>
        CheckpointState.Read(Path.Combine(State(job), "checkpoints", $"pretrain-{steps:D8}")).ParametersHash;

    private static async Task<JsonElement> ToEnd(string command, string seed, params string[] arguments) => (await Ask(command, seed, arguments))[^1];

    private static async Task<IReadOnlyList<JsonElement>> Ask(string command, string seed, params string[] arguments)
    {
        var (code, said, events) = await Run(command, seed, arguments);
        Assert.True(code == 0, said);
        return events;
    }

    private static async Task<string> Refused(string command, string seed, params string[] arguments)
    {
        var (code, said, _) = await Run(command, seed, arguments);
        Assert.True(code == 2, said);
        return said;
    }

    private static async Task<(int ExitCode, string Said, IReadOnlyList<JsonElement> Events)> Run(string command, string seed,
        params string[] arguments)
    {
        var (code, process) = await DistTrainProcess.Run(null, [command, .. arguments, "--seed", seed, "--json"]);
        await using var _ = process;
        return (code, process.Describe(), process.Events);
    }

    private static string Text(JsonElement line, string name) => RunTests.Text(line, name);
}
