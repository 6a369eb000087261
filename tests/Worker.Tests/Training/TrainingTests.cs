using DistTrain.Model;
using DistTrain.Model.Weights;
using DistTrain.Shared;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

/// <summary>Whole generations over real rings and token stores, with a model that is small enough for it.</summary>
[Collection(TorchTests.OneAtATime)]
public class TrainingTests
{
    [Theory]
    [InlineData(0.0)]
    [InlineData(0.1)]
    public async Task Train_OneTwoThreeMembers_GiveTheSameLossesAndBitIdenticalMembers(double dropout)
    {
        var runs = new List<RecordingListener[]>();
        foreach (var members in new[] { 1, 2, 3 })
        {
            using var job = ToyJob.Create(dropout: dropout);
            runs.Add(await job.Train(members));
        }
        var alone = runs[0][0].Steps;
        Assert.Equal(Enumerable.Range(1, 50).Select(step => (long)step), alone.Select(step => step.Step));
        Assert.True(alone[^1].Loss < 0.9 * alone[0].Loss, $"the loss went from {alone[0].Loss} to {alone[^1].Loss}");
        foreach (var run in runs)
        {
            Assert.All(alone.Zip(run[0].Steps), pair => Assert.InRange(pair.Second.Loss / pair.First.Loss, 1 - 1e-5, 1 + 1e-5));
            Assert.Equal(alone.Select(step => (step.Units, step.Tokens)), run[0].Steps.Select(step => (step.Units, step.Tokens)));
            Assert.Equal(alone.Select(step => (step.Examples, step.ExamplesDigest)),
                run[0].Steps.Select(step => (step.Examples, step.ExamplesDigest)));
            Assert.Single(run.Select(member => member.Finish!.Value.Hash).Distinct());
            Assert.All(run.Skip(1), member => Assert.Empty(member.Steps));
        }
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(0, 2, 1)]
    [InlineData(0, 3, 30)]
    [InlineData(1, 2, 1)]
    public async Task Train_AnyMembersAndPieces_TellTheExamplesOfThePlan(int phase, int members, int microBatchTokens)
    {
        using var job = ToyJob.Create(change: each => each with { MicroBatchTokens = microBatchTokens });
        var plan = TrainingPlan.Of(job.Assignment([new(new("w0"), "a", 1)], 0) with { PhaseIndex = phase });
        var batches = PhaseBatches.Of(plan.Phase, plan.Data, RandomSeeds.OfPlan(plan.Spec.Seed, phase));

        var pretrained = phase == 0 ? null : (await job.Train())[0].Checkpoints[^1].Folder;

        var steps = (await job.Train(members, phase, phaseStart: pretrained))[0].Steps;

        Assert.NotEmpty(steps);
        Assert.All(steps, step => Assert.Equal(
            ExampleDigest.Of(batches.Batch(step.Step - 1)), new ExampleDigest(step.Examples!.Value, step.ExamplesDigest!.Value)));
    }

    [Fact]
    public async Task Train_InBfloat16_FollowsFloat32_WithBitIdenticalMembers()
    {
        using var exact = ToyJob.Create();
        using var rounded = ToyJob.Create(precision: "bfloat16");
        var expected = (await exact.Train())[0].Steps;
        var run = await rounded.Train(members: 2);
        Assert.All(expected.Zip(run[0].Steps), pair => Assert.InRange(pair.Second.Loss / pair.First.Loss, 0.99, 1.01));
        Assert.NotEqual(expected.Select(step => step.Loss), run[0].Steps.Select(step => step.Loss));
        Assert.Single(run.Select(member => member.Finish!.Value.Hash).Distinct());
    }

    [Theory]
    [InlineData(0, 1, 1, 0.0)]
    [InlineData(0, 1, 1, 0.1)]
    [InlineData(0, 30, 2, 0.3)]
    [InlineData(0, 77, 1, 0.1)]
    [InlineData(1, 1, 1, 0.0)]
    [InlineData(1, 50, 2, 0.1)]
    public async Task Train_InSmallPieces_MakesTheSameUpdates(int phase, int microBatchTokens, int members, double dropout)
    {
        // Phase 1 is dpo, which drops nothing whatever the rate.
        // Where Adam's epsilon is next to nothing, a gradient that is zero but for its rounding makes a whole step.
        var optimizer = ToyJob.Optimizer with { Epsilon = 1e-3 };
        var runs = new List<float[]>();
        foreach (var tokens in new[] { 0, microBatchTokens })
        {
            using var job = ToyJob.Create(dropout: dropout,
                change: phase => phase with { Steps = 4, Epochs = null, MicroBatchTokens = tokens, Optimizer = optimizer });
            var pretrained = phase == 0 ? null : (await job.Train())[0].Checkpoints[^1].Folder;
            runs.Add(Weights((await job.Train(members, phase, phaseStart: pretrained))[0]));
        }
        Assert.InRange(Norm(runs[0].Zip(runs[1], (whole, pieces) => whole - pieces)) / Norm(runs[0]), 0, 1e-6);
    }

    [Fact]
    public async Task Train_InSmallPiecesWithDropout_RepeatsItself()
    {
        var hashes = new List<string>();
        for (var run = 0; run < 2; run++)
        {
            using var job = ToyJob.Create(steps: 10, dropout: 0.1, change: phase => phase with { MicroBatchTokens = 40 });
            hashes.Add((await job.Train())[0].Finish!.Value.Hash);
        }
        Assert.Equal(hashes[0], hashes[1]);
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(2, 0.1)]
    public async Task Train_StoppedAndResumed_GoesOnBitForBit(int members, double dropout)
    {
        using var whole = ToyJob.Create(dropout: dropout);
        var uninterrupted = (await whole.Train(members))[0];
        using var interrupted = ToyJob.Create(dropout: dropout);
        // The checkpoint of step 20 is on its way when a later step is reported; the report of step 20 itself may come before it.
        var before = (await interrupted.Train(members, stopAfter: 21))[0];
        Assert.Equal(TrainingProtocol.StopCause.Asked, (await before.Over).Cause);
        Assert.Null(before.Finish);

        var after = (await interrupted.Train(members, resumeFrom: before.Checkpoints.Single(checkpoint => checkpoint.Step == 20).Folder))[0];

        Assert.Equal((20, 50), after.Start!.Value);
        Assert.Equal(uninterrupted.Steps.Skip(20).Select(step => (step.Step, step.Loss, step.GradientNorm)),
            after.Steps.Select(step => (step.Step, step.Loss, step.GradientNorm)));
        Assert.Equal(uninterrupted.Finish, after.Finish);
    }

    [Fact]
    public async Task Train_ToTheEnd_LeavesCheckpointsThatHoldTheParameters()
    {
        using var job = ToyJob.Create(steps: 45);
        var listener = (await job.Train(members: 2))[0];
        Assert.Equal([20L, 40L, 45L], listener.Checkpoints.Select(checkpoint => checkpoint.Step));
        var last = listener.Checkpoints[^1];
        Assert.Equal(Path.Combine(job.RunFolder, "checkpoints", "pretrain-00000045"), last.Folder);
        Assert.Equal(
            ["job.json", "manifest.json", "merges.txt", "model.safetensors", "optimizer.safetensors", "state.json", "tokenizer.json", "vocab.json"],
            Directory.GetFiles(last.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var model = ModelFile.Load(Path.Combine(last.Folder, CheckpointFiles.Model));
        using var parameters = new FlatParameters(model);
        Assert.Equal((listener.Finish!.Value.Hash, last.ParametersHash), (parameters.Hash(), parameters.Hash()));
        var validation = Assert.Single(listener.Validations);
        Assert.Equal(45, validation.Step);
        Assert.Equal(Math.Exp(validation.Metrics["loss"]), validation.Metrics["perplexity"], 6);
    }

    [Fact]
    public async Task Train_Dpo_BeginsAtLnTwoAndRaisesTheMargin()
    {
        using var job = ToyJob.Create();
        var pretrained = (await job.Train())[0].Checkpoints[^1].Folder;

        var listener = (await job.Train(members: 2, phase: 1, phaseStart: pretrained))[0];

        Assert.Equal(Math.Log(2), listener.Steps[0].Loss, 1e-4);
        Assert.Equal([0L, listener.Start!.Value.Total], listener.Validations.Select(validation => validation.Step));
        var (before, after) = (listener.Validations[0].Metrics, listener.Validations[1].Metrics);
        Assert.Equal(Math.Log(2), before["loss"], 1e-4);
        Assert.Equal(0, before["margin"], 1e-4);
        Assert.True(after["margin"] > 0.05, $"the margin is {after["margin"]}");
        Assert.True(after["accuracy"] > 0.9, $"the accuracy is {after["accuracy"]}");
        Assert.Equal(2, Directory.GetFiles(Path.Combine(job.RunFolder, "reference")).Length);
    }

    [Fact]
    public async Task Train_SupervisedFromAStart_MeasuresTheStartFirst()
    {
        using var job = ToyJob.Create(steps: 20);
        var first = (await job.Train())[0];

        var second = (await job.Train(members: 2, phaseStart: first.Checkpoints[^1].Folder))[0];

        Assert.Equal([0L, 20L], second.Validations.Select(validation => validation.Step));
        Assert.Equal(first.Validations[^1].Metrics["loss"], second.Validations[0].Metrics["loss"], 1e-6);
    }

    [Fact]
    public async Task Train_DpoResumed_GoesOnBitForBitWithTheScoresThatWereKept()
    {
        using var job = ToyJob.Create();
        var pretrained = (await job.Train())[0].Checkpoints[^1].Folder;
        var whole = (await job.Train(phase: 1, phaseStart: pretrained))[0];
        Assert.True(whole.Start!.Value.Total > 20, "the phase has a checkpoint before its end");
        var written = Directory.GetFiles(Path.Combine(job.RunFolder, "reference")).Select(File.GetLastWriteTimeUtc).ToList();

        var resumed = (await job.Train(phase: 1, phaseStart: pretrained, resumeFrom: whole.Checkpoints[0].Folder))[0];

        Assert.Equal(whole.Steps.Skip(20).Select(step => step.Loss), resumed.Steps.Select(step => step.Loss));
        Assert.Equal(whole.Finish, resumed.Finish);
        Assert.Equal(written, Directory.GetFiles(Path.Combine(job.RunFolder, "reference")).Select(File.GetLastWriteTimeUtc));
    }

    [Fact]
    public async Task Train_MemberLeaves_TheOthersReportItAndTheStepsBefore()
    {
        using var job = ToyJob.Create(steps: 100_000);
        var listeners = await job.Train(members: 3, stopAfter: 10, leaves: 2);
        var ends = await Task.WhenAll(listeners.Select(listener => listener.Over));
        Assert.Equal([TrainingProtocol.StopCause.RingBroken, TrainingProtocol.StopCause.RingBroken, TrainingProtocol.StopCause.Asked],
            ends.Select(end => end.Cause));
        Assert.All(ends.Take(2), end => Assert.Contains("'w2'", end.Because, StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(1, listeners[0].Steps.Count).Select(step => (long)step), listeners[0].Steps.Select(step => step.Step));
    }

    [Fact]
    public async Task Train_CheckpointDamaged_SaysSoWithFileAndRemedy()
    {
        using var job = ToyJob.Create(steps: 20);
        var folder = (await job.Train())[0].Checkpoints[^1].Folder;
        var file = Path.Combine(folder, CheckpointFiles.Optimizer);
        var bytes = File.ReadAllBytes(file);
        bytes[^5] ^= 1;
        File.WriteAllBytes(file, bytes);

        var (cause, because) = await (await job.Train(resumeFrom: folder))[0].Over;

        Assert.Equal(TrainingProtocol.StopCause.CheckpointDamaged, cause);
        Assert.Contains(file, because, StringComparison.Ordinal);
        Assert.Contains("go on from the checkpoint before it", because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_Diverges_SkipsOnEveryMemberAndFailsAfterTen()
    {
        using var job = ToyJob.Create(optimizer: new OptimizerSpec { Schedule = "constant", LearningRate = 1e38 });
        var listeners = await job.Train(members: 2);
        var ends = await Task.WhenAll(listeners.Select(listener => listener.Over));
        Assert.All(ends, end => Assert.Equal(TrainingProtocol.StopCause.JobAtFault, end.Cause));
        Assert.Contains("learning_rate", ends[0].Because, StringComparison.Ordinal);
        Assert.Equal(10, listeners[0].Steps.Count(step => step.Skipped));
    }

    /// <summary>The model of the newest checkpoint.</summary>
    private static float[] Weights(RecordingListener listener)
    {
        using var model = ModelFile.Load(Path.Combine(listener.Checkpoints[^1].Folder, CheckpointFiles.Model));
        using var parameters = new FlatParameters(model);
        return parameters.Values.ToArray();
    }

    private static double Norm(IEnumerable<float> values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
