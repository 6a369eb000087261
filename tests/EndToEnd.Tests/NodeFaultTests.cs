using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>Nodes that die in ways of which nobody is told, or find their files other than they left them.</summary>
public sealed class NodeFaultTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly int _port = ClusterTests.FreePort();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WorkerStartedAgainUnderItsName_KilledAgain_IsMissedAndAnotherGoesOn()
    {
        await using var coordinator = Coordinator("state");
        var worker = Worker("one");
        await worker.UntilLine("on its roster");
        var job = _folder.Write("endless.yaml", TinyJob.Yaml(name: "endless", steps: 10_000_000, checkpointEvery: 50));
        await using var watch = DistTrainProcess.Start("submit", job, "--watch", "--json", "--seed", $"127.0.0.1:{_port}");
        await watch.UntilLine("Checkpoint of step 50 is committed");

        foreach (var (name, generation) in new[] { ("one", 2), ("spare", 3) })
        {
            await worker.DisposeAsync();
            worker = Worker(name);
            await watch.UntilLine($"Generation {generation} trains from step ");
        }
        await worker.DisposeAsync();

        Assert.Contains(watch.Lines, line => line.Contains("Generation 3 is planned with 1 worker (spare)", StringComparison.Ordinal));
        foreach (var generation in new[] { 1, 2 })
            Assert.Contains(watch.Lines,
                line => line.Contains($"Generation {generation} ended", StringComparison.Ordinal) && line.Contains("one", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, "is damaged")]
    [InlineData(false, "has none of these jobs")]
    public async Task Coordinator_JournalDamagedOrEmptied_EndsWithFileAndRemedy(bool damaged, string reason)
    {
        var journal = Path.Combine(_folder.Path, "state", "journal.db");
        await using (var coordinator = Coordinator("state"))
        {
            await coordinator.UntilLine("The coordinator is active");
            var job = _folder.Write("waits.yaml", TinyJob.Yaml(name: "waits"));
            var (code, submit) = await DistTrainProcess.Run(null, "submit", job, "--seed", $"127.0.0.1:{_port}");
            await using var _ = submit;
            Assert.True(code == 0, submit.Describe());
        }
        foreach (var beside in new[] { "-wal", "-shm" }) File.Delete(journal + beside);
        if (damaged) Garble(journal);
        else await File.WriteAllBytesAsync(journal, [], TestContext.Current.CancellationToken);
        var left = await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken);

        await using var again = Coordinator("state");

        Assert.True(await again.Ended() == 1, again.Describe());
        Assert.Contains(journal, again.Describe(), StringComparison.Ordinal);
        Assert.Contains(reason, again.Describe(), StringComparison.Ordinal);
        Assert.Contains("Restore", again.Describe(), StringComparison.Ordinal);
        Assert.Equal(left, await File.ReadAllBytesAsync(journal, TestContext.Current.CancellationToken));
    }

    private static void Garble(string file)
    {
        var bytes = File.ReadAllBytes(file);
        new Random(1).NextBytes(bytes.AsSpan(0, 4096));
        File.WriteAllBytes(file, bytes);
    }

    private DistTrainProcess Coordinator(string state) =>
        DistTrainProcess.Start("coordinator", "--port", $"{_port}", "--state", Path.Combine(_folder.Path, state), "--data", _folder.Path);

    private DistTrainProcess Worker(string name) =>
        DistTrainProcess.Start("worker", "--seed", $"127.0.0.1:{_port}", "--name", name, "--logs", _folder.Path);
}
