using DistTrain.Model.Objectives;
using DistTrain.Model.Optimization;
using DistTrain.Shared.Jobs;
using TorchSharp;

namespace DistTrain.Model.Tests.Passes;

public class StepAllocationTests
{
    [Fact]
    public void Step_OfAWiderModel_AllocatesNoMoreManagedMemory()
    {
        // Handles of tensors and what calls need: as many for any width.
        Assert.InRange(BytesOfStep(width: 128), 1, 1.1 * BytesOfStep(width: 16));
    }

    private static double BytesOfStep(int width)
    {
        const int Steps = 10;
        using var scope = torch.NewDisposeScope();
        using var parameters = Small.Model(Small.Options with { DModel = width, DFeedForward = 4 * width, VocabularySize = 40 },
            precision: Precision.Mixed);
        using var optimizer = new AdamOptimizer(parameters, new OptimizerSpec());
        var objective = new SupervisedObjective(parameters, 0.1);
        void Step() => optimizer.Step(1e-4, 1 / objective.Backward(Small.SomePairs, seed: optimizer.Steps).Units);
        for (var step = 0; step < Steps; step++) Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < Steps; step++) Step();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Steps;
    }
}
