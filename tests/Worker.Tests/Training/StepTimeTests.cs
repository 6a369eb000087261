using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

public class StepTimeTests
{
    [Fact]
    public void Shares_OfSeveralSteps_WeighsEachByItsLength()
    {
        var sum = new StepTime(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(0.5), TimeSpan.Zero)
            + new StepTime(TimeSpan.FromSeconds(3), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal((0.125, 0.25), (sum.DataShare, sum.RingShare));
        Assert.Equal((0, 0), (default(StepTime).DataShare, default(StepTime).RingShare));
    }
}
