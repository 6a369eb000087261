using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.TestSupport;
using DistTrain.TestSupport.Processes;

namespace DistTrain.EndToEnd.Tests;

/// <summary>Every job file that is shipped, with fewer steps, through all of its phases.</summary>
public sealed class ShippedJobsTests : IDisposable
{
    private const int Steps = 4;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Files => [.. ShippedJobs.Names];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Run_ShippedJob_GoesThroughAllPhases(string file)
    {
        var read = JobSpecReader.Read(ShippedJobs.Text(file), file);
        Assert.Empty(read.Problems.Concat(read.Refusals).Concat(read.Warnings));
        var job = Shortened(read.Spec!);
        GeneratedData.Write(job, _folder.Path);

        var shortened = _folder.Write("job.json", JobSpecWriter.ToJson(job));
        var (code, run) = await DistTrainProcess.Run(null, "run", shortened, "--data", _folder.Path, "--workers", "2", "--runs", _folder.Path,
            "--json");
        await using var _ = run;

        Assert.True(code == 0, run.Describe());
        Assert.Equal("completed", RunTests.Text(run.Events[^1], "event"));
        Assert.Equal(
            job.Phases.Select(phase => (phase.Name, Steps)),
            run.Events[^1].GetProperty("phases").EnumerateArray()
                .Select(phase => (RunTests.Text(phase, "name"), phase.GetProperty("steps").GetInt32())));
        var steps = RunTests.Steps(run).ToList();
        Assert.All(steps, step => Assert.True(double.IsFinite(step.Loss), $"the loss of step {step.Step} of {step.Phase} is {step.Loss}"));
        foreach (var phase in job.Phases)
        {
            Assert.Equal(Enumerable.Range(1, Steps), steps.Where(step => step.Phase == phase.Name).Select(step => step.Step));
            Assert.Contains(
                Directory.GetDirectories(_folder.Path, $"{phase.Name}-*", SearchOption.AllDirectories),
                checkpoint => File.Exists(Path.Combine(checkpoint, "model.safetensors")));
            // The policy starts as its own reference: every margin is 0.
            if (phase is DpoPhaseSpec) Assert.Equal(Math.Log(2), steps.First(step => step.Phase == phase.Name).Loss, 1e-4);
        }
    }

    /// <summary>The job as it is, but for how long it trains and how much of it is measured.</summary>
    private static JobSpec Shortened(JobSpec job) => job with
    {
        Phases =
        [
            .. job.Phases.Select(phase => phase with
            {
                Steps = Steps, Epochs = null, Validate = phase.Validate with { EverySteps = Steps / 2, MaxSentences = 16 },
            }),
        ],
    };
}
