using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Tests.Training;

/// <summary>A moving average of the weights, and phases that end when validation finds nothing better.</summary>
[Collection(TorchTests.OneAtATime)]
public class AveragedTrainingTests
{
    // So high a rate makes the loss jump about: it is not better for long.
    private static readonly OptimizerSpec TooFast = new() { Schedule = "constant", LearningRate = 0.3 };

    [Fact]
    public async Task Train_StoppedAndResumedWithAverageAndPatience_StopsEarlyAtTheSameStepBitForBit()
    {
        static TestJob Create() => ToyJob.Create(steps: 400, dropout: 0.1, TooFast, phase => phase with
        {
            EmaDecay = 0.9, MicroBatchTokens = 60, Validate = new() { EverySteps = 5, Patience = 4 },
        });
        using var whole = Create();
        var uninterrupted = (await whole.Train())[0];
        using var interrupted = Create();
        var before = (await interrupted.Train(stopAfter: 21))[0];
        Assert.Equal(TrainingProtocol.StopCause.Asked, (await before.Over).Cause);

        var after = (await interrupted.Train(resumeFrom: before.Checkpoints.Single(checkpoint => checkpoint.Step == 20).Folder))[0];

        Assert.InRange(uninterrupted.Finish!.Value.Step, 25, 395);
        Assert.Equal(uninterrupted.Finish, after.Finish);
        Assert.Equal(uninterrupted.Steps.Skip(20).Select(step => (step.Step, step.Loss)), after.Steps.Select(step => (step.Step, step.Loss)));
        var (expected, last) = (CheckpointState.Read(uninterrupted.Checkpoints[^1].Folder), CheckpointState.Read(after.Checkpoints[^1].Folder));
        Assert.Equivalent(expected, last, strict: true);
        Assert.Equal((last.TotalSteps, last.ValidationsWithoutBetter, last.Step), (400, 4, after.Finish!.Value.Step));
        Assert.Equal(-uninterrupted.Validations.Min(validation => validation.Metrics["loss"]), last.BestScore);
        Assert.Equal(uninterrupted.Validations.MinBy(validation => validation.Metrics["loss"])!.Step + 20, last.Step);

        var atItsEnd = (await interrupted.Train(resumeFrom: after.Checkpoints[^1].Folder))[0];

        Assert.Empty(atItsEnd.Steps);
        Assert.Equal(after.Finish, atItsEnd.Finish);
        Assert.Equal(after.Validations[^1].Metrics, Assert.Single(atItsEnd.Validations).Metrics);
    }

    [Fact]
    public async Task Train_WithAverage_TrainsTheSameWeightsAndKeepsBoth()
    {
        using var plain = ToyJob.Create(steps: 20);
        var weights = Path.Combine((await plain.Train(members: 2))[0].Checkpoints[^1].Folder, CheckpointFiles.Model);
        using var averaging = ToyJob.Create(steps: 20, change: phase => phase with { EmaDecay = 0.9, Validate = new() { EverySteps = 3 } });

        var listener = (await averaging.Train(members: 2))[0];

        var folder = listener.Checkpoints[^1].Folder;
        using var trained = Safetensors.Read(weights);
        using var kept = Safetensors.Read(Path.Combine(folder, CheckpointFiles.Optimizer));
        using var average = Safetensors.Read(Path.Combine(folder, CheckpointFiles.Model));
        Assert.All(trained.Entries.Keys, name =>
        {
            Assert.Equal(trained.ReadFloats(name), kept.ReadFloats(CheckpointFiles.Weights + name));
            Assert.NotEqual(trained.ReadFloats(name), average.ReadFloats(name));
        });
        using var model = ModelFile.Load(Path.Combine(folder, CheckpointFiles.Model));
        using var parameters = new FlatParameters(model);
        Assert.Equal((parameters.Hash(), parameters.Hash()), (listener.Finish!.Value.Hash, listener.Checkpoints[^1].ParametersHash));
    }

    [Fact]
    public async Task Train_AlignmentAfterAveraging_StartsFromTheAverage()
    {
        using var job = ToyJob.Create(steps: 20, change: phase => phase with { EmaDecay = 0.9 });
        var pretrained = (await job.Train())[0].Checkpoints[^1].Folder;

        var aligned = (await job.Train(phase: 1, phaseStart: pretrained))[0];

        // The reference is what the phase starts from: neither would be ln 2 otherwise.
        Assert.Equal(Math.Log(2), aligned.Steps[0].Loss, 1e-4);
        Assert.Equal(Math.Log(2), aligned.Validations[0].Metrics["loss"], 1e-4);
    }

    [Fact]
    public async Task Train_Validated_TheCheckpointOfTheStepTellsWhatWasFound()
    {
        using var job = ToyJob.Create(steps: 45, change: phase => phase with { Validate = new() { EverySteps = 40 } });

        var listener = (await job.Train(members: 2))[0];

        var found = listener.Checkpoints.ToDictionary(checkpoint => checkpoint.Step, checkpoint => CheckpointState.Read(checkpoint.Folder).Metrics);
        Assert.Empty(found[20]);
        Assert.Equal(listener.Validations.Select(validation => (validation.Step, validation.Metrics["loss"], validation.Metrics["perplexity"])),
            new[] { 40L, 45 }.Select(step => (step, found[step]["loss"], found[step]["perplexity"])));
    }

    [Fact]
    public async Task Train_ResumedWithAnotherMetric_SeeksTheBestAnewFromTheFirstValidationByIt()
    {
        static TestJob Create(string metric) => ToyJob.Create(
            steps: 40, change: phase => phase with { Validate = new() { EverySteps = 5, Metric = phase is DpoPhaseSpec ? metric : "loss" } });
        using var first = Create("accuracy");
        var start = (await first.Train())[0].Checkpoints[^1].Folder;
        var before =
            (await first.Train(phase: 1, phaseStart: start, stopAfter: 21))[0].Checkpoints.Single(checkpoint => checkpoint.Step == 20).Folder;
        Assert.Equal("accuracy", CheckpointState.Read(before).BestMetric);
        using var second = Create("loss");

        var after = (await second.Train(phase: 1, phaseStart: start, resumeFrom: before))[0];

        var losses = after.Validations.Select(validation => validation.Metrics["loss"]).ToList();
        var state = CheckpointState.Read(after.Checkpoints[^1].Folder);
        Assert.Equal(("loss", -losses.Min(), losses.Count - 1 - losses.IndexOf(losses.Min())),
            (state.BestMetric, state.BestScore, state.ValidationsWithoutBetter));
        Assert.Equal(state.TotalSteps, state.Step);
    }
}
