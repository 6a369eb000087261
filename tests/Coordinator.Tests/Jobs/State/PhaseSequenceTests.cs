using DistTrain.Coordinator.Jobs.State;

namespace DistTrain.Coordinator.Tests.Jobs.State;

public class PhaseSequenceTests
{
    [Fact]
    public void Next_EachPhase_IsTheOneAfterIt() =>
        Assert.Equal([0, 1, null], new[] { -1, 0, 1 }.Select(completed => PhaseSequence.Next(Some.Spec, completed)));
}
