using DistTrain.Model.Training;
using TorchSharp;

namespace DistTrain.Model.Tests.Training;

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
        var options = Small.Options with { DModel = width, DFeedForward = 4 * width, VocabularySize = 40 };
        using var benchmark = new TrainingBenchmark(options, sentences: 4, length: 8, Precision.Mixed);
        for (var step = 0; step < Steps; step++) benchmark.Step();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < Steps; step++) benchmark.Step();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)Steps;
    }
}
