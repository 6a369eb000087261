using System.Diagnostics;
using System.Globalization;
using DistTrain.Shared.Checkpoints;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>Workers that are killed while they write a checkpoint, and disks that take none for a while.</summary>
public sealed class CheckpointFaultTests : IDisposable
{
    /// <summary>How often a worker is killed. More than a few take minutes: <c>DISTTRAIN_KILLS=20</c>.</summary>
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("DISTTRAIN_KILLS") ?? "3", CultureInfo.InvariantCulture);

    /// <summary>Bytes: less than the model's file, more than the log.</summary>
    private const int Room = 100_000;

    private readonly TemporaryFolder _folder = new();

    private string JobFolder => Directory.GetDirectories(Path.Combine(_folder.Path, "faulty", "jobs")).Single();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WorkerKilledAtRandomMomentsOfWriting_ThereIsAlwaysAWholeCheckpointAndTheJobGoesOn()
    {
        var random = new Random(1);
        await using (var run = Start(steps: 1_000_000, checkpointEvery: 10, width: 256))
        {
            for (var kill = 1; kill <= Kills; kill++)
            {
                var before = await Committed(run, generation: kill);
                using var worker = Process.GetProcessById(RecoveryTests.ProcessOf(run, "worker-1"));
                // A share of the time that the writing before has taken, and a little more.
                var moment = before * 1.2 * random.NextDouble();
                SpinUntil(() => Writing().Any(), run);
                var since = Stopwatch.GetTimestamp();
                SpinUntil(() => Stopwatch.GetElapsedTime(since) >= moment, run);
                worker.Kill();
                await worker.WaitForExitAsync(TestContext.Current.CancellationToken);
                TestContext.Current.SendDiagnosticMessage($"Killed {moment.TotalMilliseconds:F0} ms into a writing of " +
                    $"{before.TotalMilliseconds:F0} ms; left: {string.Join(", ", Directory.GetDirectories(Root()).Select(Path.GetFileName))}");

                var found = CheckpointLocation.Find(JobFolder, null);
                CheckpointManifest.Read(found).Verify(found);
                await run.UntilLine($"Generation {kill + 1} trains from step ");
            }
            await Committed(run, Kills + 1);
        }

        // What the dead ones left is gone, but for that of the last, which has just died.
        Assert.All(Writing(), left => Assert.Contains($".g{Kills + 1}-", left, StringComparison.Ordinal));
        var (code, inspect) = await DistTrainProcess.Run(null, "inspect", JobFolder);
        await using var _ = inspect;
        Assert.True(code == 0, inspect.Describe());
    }

    [Fact]
    public async Task NoRoomForCheckpoints_IsToldAndTheJobWaitsAtItsEndAndGoesOnByItself()
    {
        const int Steps = 200;
        await using var run = Start(Steps, checkpointEvery: 20);
        await run.UntilLine("Checkpoint of step 20 is committed");
        await Limit(run, $"{Room}");
        await run.UntilLine("cannot be written: ");
        await run.Until(process => RunTests.Steps(process).Any(step => step.Step == Steps) ? process : null, "the last step");

        Assert.True(run.IsRunning, run.Describe());
        Assert.DoesNotContain(run.Events, line => RunTests.Text(line, "event") == "completed");
        await Limit(run, "unlimited");

        Assert.True(await run.Ended() == 0, run.Describe());
        Assert.Equal("completed", RunTests.Text(run.Events[^1], "event"));
        Assert.All(RunTests.Steps(run), step => Assert.Equal(1, step.Generation));
        Assert.Equal(Steps, CheckpointState.Read(Shared.Checkpoints.JobFolder.At(JobFolder).Newest()!).Step);
        Assert.Empty(Writing());
    }

    private DistTrainProcess Start(int steps, int checkpointEvery, int width = 32)
    {
        var job = _folder.Write("faulty.yaml", TinyJob.Yaml(name: "faulty", steps: steps, checkpointEvery: checkpointEvery, width: width));
        return DistTrainProcess.Start("run", job, "--workers", "1", "--runs", _folder.Path, "--json");
    }

    private string Root() => CheckpointFiles.Root(JobFolder);

    private IEnumerable<string> Writing() => Directory.GetDirectories(Root(), "*.tmp");

    /// <summary>Waits for a checkpoint of a generation.</summary>
    /// <returns>How long its files took, by their times.</returns>
    private async Task<TimeSpan> Committed(DistTrainProcess run, int generation)
    {
        await run.UntilLine($"Generation {generation} trains from step ");
        var count = run.Lines.Count(IsCommitted);
        await run.Until(process => process.Lines.Count(IsCommitted) > count ? process : null, "the next checkpoint");
        var newest = Shared.Checkpoints.JobFolder.At(JobFolder).Newest()!;
        var times = Directory.GetFiles(newest).Select(File.GetLastWriteTimeUtc).ToList();
        return times.Max() - File.GetCreationTimeUtc(CheckpointFiles.ModelOf(newest));
    }

    private static bool IsCommitted(string line) => line.Contains("is committed", StringComparison.Ordinal);

    /// <summary>Bounds the files that the worker may write: the kernel refuses what is beyond, as a full disk does.</summary>
    private static async Task Limit(DistTrainProcess run, string bytes)
    {
        using var limit = Process.Start("prlimit",
            ["--pid", RecoveryTests.ProcessOf(run, "worker-1").ToString(CultureInfo.InvariantCulture), $"--fsize={bytes}:unlimited"]);
        await limit.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, limit.ExitCode);
    }

    private static void SpinUntil(Func<bool> condition, DistTrainProcess run) =>
        Assert.True(SpinWait.SpinUntil(condition, DistTrainProcess.Patience), run.Describe());
}
