using DistTrain.Coordinator.Phases;

namespace DistTrain.Coordinator.Tests.Phases;

public class PhaseSequenceTests
{
    [Fact]
    public void Next_EachPhase_IsTheOneAfterIt() =>
        Assert.Equal([0, 1, null], new[] { -1, 0, 1 }.Select(completed => PhaseSequence.Next(Some.Spec, completed)));
}
