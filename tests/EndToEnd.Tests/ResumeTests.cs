using System.Globalization;
using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>A job that is taken up again ends with the very parameters of one that was never interrupted.</summary>
public sealed class ResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Resume_CancelledAndExtended_EqualTheUninterruptedJob()
    {
        var port = ClusterTests.FreePort();
        var seed = $"127.0.0.1:{port}";
        await using var coordinator = DistTrainProcess.Start("coordinator", "--port", $"{port}", "--state", Path.Combine(_folder.Path, "state"), "--data", _folder.Path);
        await using var worker = DistTrainProcess.Start("worker", "--seed", seed, "--name", "one", "--logs", _folder.Path);
        await worker.UntilLine("on its roster");

        var cancelled = await CancelledAfterACheckpoint(seed);
        var steps = int.Parse(Text((await Ask("status", seed, cancelled))[^1], "checkpoint")[^8..], CultureInfo.InvariantCulture) + 40;
        Assert.Contains("seed 7 -> 8: what job", await Refused("resume", seed, cancelled, "--job", Job("cancelled", steps, seed: 8)), StringComparison.Ordinal);
        await ToEnd("resume", seed, cancelled, "--steps", $"{steps}");
        await ToEnd("watch", seed, cancelled);

        var extended = Text(await ToEnd("submit", seed, Job("extended", 40), "--watch"), "job");
        Assert.Contains("Ask for more of them (--steps N)", await Refused("resume", seed, extended), StringComparison.Ordinal);
        Assert.Equal(extended, Text(await ToEnd("resume", seed, extended, "--steps", $"pretrain={steps}"), "job"));
        await ToEnd("watch", seed, extended);

        var whole = Text(await ToEnd("submit", seed, Job("whole", steps), "--watch"), "job");
        Assert.Equal(Hash(whole, steps), Hash(cancelled, steps));
        Assert.Equal(Hash(whole, steps), Hash(extended, steps));
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

    private string Job(string name, int steps, int seed = 7) =>
        _folder.Write($"{name}-{steps}-{seed}.yaml", TinyJob.Yaml(name: name, steps: steps, dropout: 0.1).Replace("seed: 7", $"seed: {seed}", StringComparison.Ordinal));

    private string Hash(string job, int steps) => JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder.Path, "state", "jobs", job, "checkpoints", $"pretrain-{steps:D8}", "state.json")))
        .RootElement.EnumerateObject().First(property => property.Name.Replace("_", "", StringComparison.Ordinal).Equals("parametersHash", StringComparison.OrdinalIgnoreCase)).Value.GetString()!;

    private static async Task<JsonElement> ToEnd(string command, string seed, params string[] arguments) => (await Ask(command, seed, arguments))[^1];

    private static async Task<IReadOnlyList<JsonElement>> Ask(string command, string seed, params string[] arguments)
    {
        var (code, process) = await DistTrainProcess.Run(null, [command, .. arguments, "--seed", seed, "--json"]);
        await using var _ = process;
        Assert.True(code == 0, process.Describe());
        return process.Events;
    }

    private static async Task<string> Refused(string command, string seed, params string[] arguments)
    {
        var (code, process) = await DistTrainProcess.Run(null, [command, .. arguments, "--seed", seed, "--json"]);
        await using var _ = process;
        Assert.True(code == 2, process.Describe());
        return process.Errors;
    }

    private static string Text(JsonElement line, string name) => RunTests.Text(line, name);
}
