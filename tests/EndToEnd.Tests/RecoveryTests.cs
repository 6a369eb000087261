using System.Globalization;
using System.Text.RegularExpressions;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>Processes are killed in the middle of training; the job completes all the same.</summary>
public sealed partial class RecoveryTests : IDisposable
{
    /// <summary>Enough that processes die in the middle, however fast the steps and slow the machine's other work.</summary>
    private const int Steps = 1000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WorkerKilled_TheOtherGoesOnAfterTheLastStepAndNoneIsDoneAgain()
    {
        await using var run = Start("worker-killed");
        await run.UntilLine("Checkpoint of step 20 is committed");
        await DistTrainProcess.Kill(ProcessOf(run, "worker-2"));

        Assert.True(await run.Ended() == 0, run.Describe());
        AssertCompleted(run);
        // Who died, and not who was left.
        var ended = Assert.Single(run.Lines, line => line.Contains("Generation 1 ended", StringComparison.Ordinal));
        Assert.Contains("worker-2", ended, StringComparison.Ordinal);
        Assert.DoesNotContain("worker-1", ended, StringComparison.Ordinal);
        Assert.Contains(RunTests.Steps(run), step => step.Generation == 2);
        Assert.Equal(Enumerable.Range(1, Steps), RunTests.Steps(run).Select(step => step.Step));

        var folder = Path.Combine(_folder.Path, "worker-killed");
        await Audited.IsSound(folder, Steps);
        Audited.RepeatSteps(folder);
        var (code, report) = await Audited.Of(folder);
        Assert.Equal((1, false), (code, report.GetProperty("is_sound").GetBoolean()));
        Assert.Equal(1, report.GetProperty("phases")[0].GetProperty("problems")[0].GetProperty("from").GetInt32());
    }

    [Fact]
    public async Task WorkerStopped_IsNamedAfterTheLeastSilenceAndJobGoesOn()
    {
        await using var run = Start("worker-stopped");
        await run.UntilLine("Checkpoint of step 20 is committed");
        await DistTrainProcess.Signal(ProcessOf(run, "worker-2"), "STOP");
        await run.UntilLine("Generation 1 ended");
        await DistTrainProcess.Signal(ProcessOf(run, "worker-2"), "CONT");

        Assert.True(await run.Ended() == 0, run.Describe());
        AssertCompleted(run);
        var ended = Assert.Single(run.Lines, line => line.Contains("Generation 1 ended", StringComparison.Ordinal));
        Assert.Contains("worker-2", ended, StringComparison.Ordinal);
        Assert.Contains("sent nothing for 5 s", ended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CoordinatorKilled_WorkersTrainOnAndNoStepIsDoneAgain()
    {
        // The workers go on meanwhile: it has to be back before they are done.
        await using var run = Start("coordinator-killed", steps: 2000);
        await run.UntilLine("Checkpoint of step 20 is committed");
        await DistTrainProcess.Kill(ProcessOf(run, "coordinator"));

        Assert.True(await run.Ended() == 0, run.Describe());
        AssertCompleted(run, steps: 2000);
        // Steps that the dead coordinator had stored but not yet shown are not shown again, so there may be a gap, but never a repetition.
        Assert.All(RunTests.Steps(run), step => Assert.Equal(1, step.Generation));
        Assert.Equal(RunTests.Steps(run).Select(step => step.Step).Distinct().Order(), RunTests.Steps(run).Select(step => step.Step));
        await Audited.IsSound(Path.Combine(_folder.Path, "coordinator-killed"), 2000);
    }

    [Fact]
    public async Task EveryWorkerKilledAtOnce_JobGoesOnWithNewOnes()
    {
        await using var run = Start("workers-killed");
        await run.UntilLine("Checkpoint of step 20 is committed");
        await Task.WhenAll(DistTrainProcess.Kill(ProcessOf(run, "worker-1")), DistTrainProcess.Kill(ProcessOf(run, "worker-2")));

        Assert.True(await run.Ended() == 0, run.Describe());
        AssertCompleted(run);
        Assert.True(RunTests.Steps(run).Last().Generation > 1, run.Describe());
        await Audited.IsSound(Path.Combine(_folder.Path, "workers-killed"), Steps);
    }

    [Fact]
    public async Task NewestCheckpointsDamaged_RunGoesOnFromAnEarlierOne()
    {
        await using (var killed = Start("damaged"))
            await killed.UntilLine("Checkpoint of step 60 is committed");
        var folders = Directory.GetDirectories(_folder.Path, "pretrain-*", SearchOption.AllDirectories)
            .Where(folder => !folder.EndsWith(".tmp", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        foreach (var folder in folders.Skip(1)) Damage(Path.Combine(folder, "model.safetensors"));

        await using var run = Start("damaged");
        Assert.True(await run.Ended() == 0, run.Describe());
        AssertCompleted(run);
        Assert.Contains(run.Lines, line => line.Contains("is damaged and no longer counted on", StringComparison.Ordinal));
        await Audited.IsSound(Path.Combine(_folder.Path, "damaged"), Steps);
    }

    private static void Damage(string file)
    {
        using var stream = File.Open(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Seek(-4, SeekOrigin.End);
        var last = stream.ReadByte();
        stream.Seek(-4, SeekOrigin.End);
        stream.WriteByte((byte)(last ^ 0x40));
    }

    private DistTrainProcess Start(string name, int steps = Steps)
    {
        var job = _folder.Write($"{name}.yaml", TinyJob.Yaml(name: name, steps: steps, checkpointEvery: 20));
        return DistTrainProcess.Start("run", job, "--workers", "2", "--runs", _folder.Path, "--json");
    }

    private static void AssertCompleted(DistTrainProcess run, int steps = Steps)
    {
        Assert.Equal("completed", RunTests.Text(run.Events[^1], "event"));
        Assert.Equal(steps, Assert.Single(run.Events[^1].GetProperty("phases").EnumerateArray()).GetProperty("steps").GetInt32());
        Assert.Equal(steps, RunTests.Steps(run).Last().Step);
    }

    /// <summary>The process that runs under a name now.</summary>
    internal static int ProcessOf(DistTrainProcess run, string name)
    {
        var started = run.Errors.Split('\n').Select(line => Started().Match(line))
            .Last(match => match.Success && match.Groups["name"].Value == name);
        return int.Parse(started.Groups["id"].Value, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?<name>\S+) runs as process (?<id>\d+)\.$")]
    private static partial Regex Started();
}
