using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

public class SkippedStepsTests
{
    [Fact]
    public void Count_TenInARow_FailsWithTheRemedy()
    {
        var skipped = new SkippedSteps(inARow: 3);
        for (var step = 1; step <= 6; step++) skipped.Count(true, step);
        var e = Assert.Throws<TrainingException>(() => skipped.Count(true, 7));
        Assert.Contains("learning_rate", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Count_AGoodStepBetween_BeginsAnew()
    {
        var skipped = new SkippedSteps(0);
        for (var step = 1; step <= 100; step++) skipped.Count(step % 10 != 0, step);
        Assert.Equal(0, skipped.InARow);
    }
}
