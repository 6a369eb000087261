using DistTrain.Shared.Checkpoints;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>
/// A coordinator and workers that have no folder in common. The state folder is one below the process's own current folder, and that is another for
/// each process: the path is the same, and what lies there is not.
/// </summary>
public sealed class NoSharedFolderTests : IDisposable
{
    private const string State = "/proc/self/cwd/state";
    private const int Steps = 300;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Workers_WithoutACommonFolder_TrainValidateCheckpointAndResume()
    {
        var port = ClusterTests.FreePort();
        await using var coordinator = DistTrainProcess.StartIn(Own("coordinator"), "coordinator", "--port", $"{port}", "--state", State,
            "--data", ".");
        DistTrainProcess Worker(string name) => DistTrainProcess.StartIn(Own(name), "worker", "--seed", $"127.0.0.1:{port}", "--name", name);
        await using var one = Worker("one");
        await using var two = Worker("two");
        await one.UntilLine("on its roster");
        await two.UntilLine("on its roster");
        var file = _folder.Write("job.yaml", TinyJob.Yaml(name: "apart", steps: Steps, align: true, minWorkers: 2));

        await using var watch = DistTrainProcess.Start("submit", file, "--watch", "--seed", $"127.0.0.1:{port}");
        await watch.UntilLine("Checkpoint of step 20 is committed");
        // The state dies with them; what they fetched is of no use to others.
        await Task.WhenAll(one.Kill(), two.Kill());
        await watch.UntilLine("Generation 1 ended");
        await using var three = Worker("three");
        await using var four = Worker("four");
        Assert.True(await watch.Ended() == 0, watch.Describe());

        var run = Assert.Single(Directory.GetDirectories(Path.Combine(Own("coordinator"), "state", "jobs")));
        Assert.Contains(watch.Lines, line => line.Contains("generation 2", StringComparison.OrdinalIgnoreCase));
        foreach (var checkpoint in new[] { CheckpointFiles.Folder(run, "pretrain", Steps), CheckpointFiles.Folder(run, "align", 10) })
            CheckpointManifest.Read(checkpoint).Verify(checkpoint);
        foreach (var worker in new[] { one, two, three, four })
        {
            Assert.Contains(worker.Lines, line => line.Contains($"does not see the job's folder {State}/jobs/", StringComparison.Ordinal));
            Assert.DoesNotContain(worker.Lines, line => line.Contains("sees the job's folder", StringComparison.Ordinal));
        }
        Assert.Contains(three.Lines.Concat(four.Lines), line => line.Contains("Brought checkpoint", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(Own("one"), "state")));
    }

    private string Own(string process) => Directory.CreateDirectory(Path.Combine(_folder.Path, process)).FullName;
}
