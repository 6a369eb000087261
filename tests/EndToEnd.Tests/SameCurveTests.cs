using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>How many workers train, and whether they were interrupted, must not be seen in the loss.</summary>
public sealed class SameCurveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Dropout is the supervised phase's: dpo drops nothing, so of it this shows the split alone.</summary>
    [Fact]
    public async Task OneTwoAndThreeWorkers_FiftyStepsOfEachPhaseOfAJobWithDropout_SameLossAtEachStep()
    {
        var curves = new List<IReadOnlyList<double>>();
        foreach (var workers in new[] { 1, 2, 3 })
        {
            // A phase ends as completed only when all members report the same hash of their parameters.
            var job = _folder.Write("curve.yaml",
                TinyJob.Yaml(name: $"curve-{workers}", steps: 50, checkpointEvery: 50, dropout: 0.1, align: true, minWorkers: workers,
                    alignSteps: 50));
            var (code, run) = await DistTrainProcess.Run(null, "run", job, "--workers", $"{workers}", "--runs", _folder.Path, "--json");
            await using var _ = run;
            Assert.True(code == 0, run.Describe());
            Assert.All(RunTests.Steps(run), step => Assert.Equal(workers, step.Workers));
            curves.Add([.. RunTests.Steps(run).Select(step => step.Loss)]);
        }
        Assert.All(curves, curve => Assert.Equal(100, curve.Count));
        for (var step = 0; step < 100; step++)
        {
            Assert.Equal(curves[0][step], curves[1][step], curves[0][step] * 1e-5);
            Assert.Equal(curves[0][step], curves[2][step], curves[0][step] * 1e-5);
        }
    }

    [Fact]
    public async Task KilledAfterStep20AndResumed_SameLossesBitForBit()
    {
        // Far longer than it takes this process to see the checkpoint.
        const int Steps = 800;
        var whole = _folder.Write("whole.yaml", TinyJob.Yaml(name: "whole", steps: Steps, checkpointEvery: 20, dropout: 0.1, minWorkers: 2));
        var (code, uninterrupted) = await DistTrainProcess.Run(null, "run", whole, "--workers", "2", "--runs", _folder.Path, "--json");
        await using var _ = uninterrupted;
        Assert.True(code == 0, uninterrupted.Describe());
        var expected = RunTests.Steps(uninterrupted).ToDictionary(step => step.Step, step => step.Loss);

        var job = _folder.Write("cut.yaml", TinyJob.Yaml(name: "cut", steps: Steps, checkpointEvery: 20, dropout: 0.1, minWorkers: 2));
        await using (var killed = DistTrainProcess.Start("run", job, "--workers", "2", "--runs", _folder.Path, "--json"))
            // Disposal kills the whole tree.
            await killed.UntilLine("Checkpoint of step 20 is committed");

        var (resumedCode, resumed) = await DistTrainProcess.Run(null, "run", job, "--workers", "2", "--runs", _folder.Path, "--json");
        await using var __ = resumed;
        Assert.True(resumedCode == 0, resumed.Describe());
        var steps = RunTests.Steps(resumed).ToList();
        Assert.True(steps[0].Step is > 20 and <= Steps, $"the resumed run began with step {steps[0].Step}");
        Assert.Equal(Steps, steps[^1].Step);
        Assert.All(steps, step => Assert.Equal(expected[step.Step], step.Loss));
    }
}
