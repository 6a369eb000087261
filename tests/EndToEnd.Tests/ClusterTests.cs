using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>A cluster started by hand, process by process, and what its users ask of it.</summary>
public sealed class ClusterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ClusterByHand_TakesJobs_ShowsThem_AndCancels()
    {
        var port = FreePort();
        var seed = $"127.0.0.1:{port}";
        await using var coordinator = DistTrainProcess.Start("coordinator", "--port", $"{port}", "--state", Path.Combine(_folder.Path, "state"),
            "--data", _folder.Path);
        await using var one = DistTrainProcess.Start("worker", "--seed", seed, "--name", "one", "--logs", _folder.Path);
        await using var two = DistTrainProcess.Start("worker", "--seed", seed, "--name", "two", "--logs", _folder.Path);
        await one.UntilLine("on its roster");
        await two.UntilLine("on its roster");

        var workers = await Ask("workers", seed);
        Assert.Equal(["one", "two"], workers.Select(worker => RunTests.Text(worker, "worker")));

        var quick = _folder.Write("quick.yaml",
            TinyJob.Yaml(name: "quick", steps: 10, checkpointEvery: 10).Replace("beam: 1,", "beam: 1, length_penalty: 1,", StringComparison.Ordinal));
        var (code, watch) = await DistTrainProcess.Run(null, "submit", quick, "--watch", "--json", "--seed", seed);
        await using (watch)
        {
            Assert.True(code == 0, watch.Describe());
            Assert.Equal("completed", RunTests.Text(watch.Events[^1], "event"));
            Assert.Contains("warning: phases[0].validate.length_penalty does nothing: greedy search", watch.Errors, StringComparison.Ordinal);
        }
        var finished = RunTests.Text(watch.Events[^1], "job");
        Assert.Equal("completed", RunTests.Text(Assert.Single(await Ask("status", seed, finished)), "status"));
        Assert.Equal(
            ["JobSubmitted", "DataPrepared", "PhaseStarted", "GenerationPlanned", "GenerationStarted"],
            (await Ask("history", seed, finished)).Take(5).Select(line => RunTests.Text(line, "event")));

        var endless = _folder.Write("endless.yaml", TinyJob.Yaml(name: "endless", steps: 1_000_000));
        await using var watched = DistTrainProcess.Start("submit", endless, "--watch", "--json", "--seed", seed);
        await watched.UntilLine("\"event\":\"step\"");
        var running = RunTests.Text(Assert.Single(await Ask("jobs", seed), job => RunTests.Text(job, "status") == "training"), "job");

        // One that starts from the finished job waits behind it, and submitted again it is the same.
        var tuned = _folder.Write(
            "tuned.yaml", $"name: tuned\nphases: [{{ name: tune, from: {finished}, type: supervised, steps: 5, data: {{ train: " +
                "'sample:polite-en-zh/train' } }]");
        var waits = RunTests.Text(Assert.Single(await Ask("submit", seed, tuned)), "job");
        await using (var behind = DistTrainProcess.Start("watch", waits, "--json", "--seed", seed)) await behind.UntilLine($"2 work for {running}.");
        Assert.Equal(waits, RunTests.Text(Assert.Single(await Ask("submit", seed, tuned)), "job"));
        Assert.NotEqual(waits, RunTests.Text(Assert.Single(await Ask("submit", seed, tuned, "--new")), "job"));

        Assert.Equal("cancelled", RunTests.Text(Assert.Single(await Ask("cancel", seed, running)), "status"));
        Assert.Equal(1, await watched.Ended());
        Assert.Equal("cancelled", RunTests.Text(watched.Events[^1], "event"));
    }

    private static async Task<IReadOnlyList<JsonElement>> Ask(string command, string seed, params string[] arguments)
    {
        var (code, process) = await DistTrainProcess.Run(null, [command, .. arguments, "--seed", seed, "--json"]);
        await using var _ = process;
        Assert.True(code == 0, process.Describe());
        return process.Events;
    }

    /// <summary>
    /// A port below those that the system hands out by itself: no listener and no connection of another test can be given it before a node listens
    /// there.
    /// </summary>
    internal static int FreePort()
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 32_768));
            try
            {
                probe.Start();
                return ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another program listens there.
            }
        }
    }
}
