using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

public class StepTimeTests
{
    [Fact]
    public void WaitingShare_OfSeveralSteps_WeighsEachByItsLength()
    {
        var sum = new StepTime(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5)) + new StepTime(TimeSpan.FromSeconds(3), TimeSpan.Zero);
        Assert.Equal((0.125, 0), (sum.WaitingShare, default(StepTime).WaitingShare));
    }
}
