using DistTrain.Cli.Commands.Bench;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.TestSupport.Processes;

namespace DistTrain.Cli.Tests.Commands.Bench;

public sealed class ScaleBenchmarkTests
{
    [Fact]
    public void Shortened_OfAJobWithValidationAndTwoPhases_IsAJobOfItsFirstPhaseAlone()
    {
        var job = JobSpecReader.Read(TinyJob.Yaml(align: true, minWorkers: 2), "job.yaml").Spec!;
        var shortened = ScaleBenchmark.Shortened(job, 40);
        var read = JobSpecReader.Read(JobSpecWriter.ToJson(shortened), "job.json");
        Assert.Empty(read.Problems);
        var phase = Assert.Single(read.Spec!.Phases);
        Assert.Equal(("pretrain", 40, null), (phase.Name, phase.Steps!.Value, phase.Data.Validation));
        Assert.Equal((1, 10), (read.Spec.Resources.MinWorkers, read.Spec.Checkpoints.EverySteps));
    }

    [Theory]
    [InlineData("bench train --d-model 10 --heads 4", "--d-model is 10, which 4 heads do not divide evenly.")]
    [InlineData("bench scale missing.yaml", "There is no job file")]
    [InlineData("bench scale missing.yaml --rounds 0", "--rounds must be at least 1.")]
    public async Task Bench_WithWrongOptions_SaysWhatIsWrong(string arguments, string sentence)
    {
        var run = await CommandRun.Of(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(sentence, run.Errors, StringComparison.Ordinal);
    }
}
