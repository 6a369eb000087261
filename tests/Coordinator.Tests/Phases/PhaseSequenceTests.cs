using DistTrain.Coordinator.Phases;
using DistTrain.Shared.Jobs;

namespace DistTrain.Coordinator.Tests.Phases;

public class PhaseSequenceTests
{
    [Fact]
    public void Next_EachPhase_IsTheOneAfterIt() =>
        Assert.Equal([0, 1, null], new[] { -1, 0, 1 }.Select(completed => PhaseSequence.Next(Some.Spec, completed)));

    [Theory]
    [InlineData("loss", -2.0)]
    [InlineData("bleu", 30.0)]
    [InlineData("chrf", null)]
    public void Score_ByMetric_HigherIsBetter(string metric, double? expected)
    {
        var phase = new SupervisedPhaseSpec { Validate = new() { Metric = metric } };

        Assert.Equal(expected, PhaseSequence.Score(phase, new Dictionary<string, double> { ["loss"] = 2, ["bleu"] = 30 }));
    }
}
