using DistTrain.Model.Weights;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;

namespace DistTrain.Worker.Tests.Training;

/// <summary>The first step of a job that starts from a checkpoint, with Adam anew and with Adam as it was.</summary>
[Collection(TorchTests.OneAtATime)]
public class StartTests
{
    private static readonly OptimizerSpec Adam = ToyJob.Optimizer with { WarmupSteps = null };

    [Fact]
    public async Task Train_OptimizerKept_GoesOnWithMomentsAndCount()
    {
        using var before = ToyJob.Create(steps: 20, optimizer: Adam);
        var start = (await before.Train())[0].Checkpoints[^1].Folder;

        var (reset, kept) = (await OneStep(start, StartSpec.Reset), await OneStep(start, StartSpec.Keep));

        Assert.Equal((1L, 21L), (CheckpointState.Read(reset).OptimizerSteps, CheckpointState.Read(kept).OptimizerSteps));
        Assert.Equal((1L, 1L), (CheckpointState.Read(reset).Step, CheckpointState.Read(kept).Step));
        // Both take the same gradient g: anew the moment is (1 - beta1) g, kept it is that and beta1 of what it was.
        var name = CheckpointFiles.FirstMoment + "decoder.layers.0.linear1.weight";
        var (was, anew, gone) = (Moments(start, name), Moments(reset, name), Moments(kept, name));
        Assert.All(was.Zip(anew, gone), each => Assert.Equal(Adam.Beta1 * each.First + each.Second, each.Third, 1e-6));
        Assert.Contains(was, value => Math.Abs(value) > 1e-4);
    }

    [Fact]
    public async Task Train_OptimizerKeptWithAnAverage_GoesOnWithTheTrainedWeightsBesideIt()
    {
        using var before = ToyJob.Create(steps: 20, optimizer: Adam, change: phase => phase with { EmaDecay = 0.9 });
        var start = (await before.Train())[0].Checkpoints[^1].Folder;

        var (reset, kept) = (await OneStep(start, StartSpec.Reset, 0.9), await OneStep(start, StartSpec.Keep, 0.9));

        const string Name = "decoder.layers.0.linear1.weight";
        using var average = Safetensors.Read(Path.Combine(start, CheckpointFiles.Model));
        // So small a rate moves nothing.
        Assert.All(Moments(start, CheckpointFiles.Weights + Name).Zip(Moments(kept, CheckpointFiles.Weights + Name)),
            pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.All(average.ReadFloats(Name).Zip(Moments(reset, CheckpointFiles.Weights + Name)), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        Assert.Contains(average.ReadFloats(Name).Zip(Moments(start, CheckpointFiles.Weights + Name)),
            pair => Math.Abs(pair.First - pair.Second) > 1e-3);
    }

    [Theory]
    [InlineData(1.5, null, 1.5)]
    [InlineData(1.5, 2.25, 2.25)]
    [InlineData(3.5, 2.25, 3.5)]
    [InlineData(null, 2.25, 2.25)]
    [InlineData(null, null, null)]
    public async Task Train_LengthFactor_IsTheGreaterOfTheDataAndTheStart(double? ofData, double? ofStart, double? expected)
    {
        using var before = ToyJob.Create(steps: 1, lengthFactor: ofStart);
        var start = (await before.Train())[0].Checkpoints[^1].Folder;
        Assert.Equal(ofStart, CheckpointState.Read(start).LengthFactor);
        using var job = ToyJob.Create(steps: 1, start: new() { Checkpoint = start }, lengthFactor: ofData);
        var trained = (await job.Train(phaseStart: start))[0].Checkpoints[^1].Folder;
        Assert.Equal(expected, CheckpointState.Read(trained).LengthFactor);
    }

    private static async Task<string> OneStep(string start, string optimizer, double ema = 0)
    {
        using var job = ToyJob.Create(steps: 1, optimizer: Adam with { LearningRate = 1e-9 }, change: phase => phase with { EmaDecay = ema },
            start: new() { Checkpoint = start, Optimizer = optimizer });
        var folder = (await job.Train(phaseStart: start))[0].Checkpoints[^1].Folder;
        var copy = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(start)!, $"after-{optimizer}")).FullName;
        foreach (var file in Directory.GetFiles(folder)) File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        return copy;
    }

    private static float[] Moments(string folder, string name)
    {
        using var file = Safetensors.Read(Path.Combine(folder, CheckpointFiles.Optimizer));
        return file.ReadFloats(name);
    }
}
