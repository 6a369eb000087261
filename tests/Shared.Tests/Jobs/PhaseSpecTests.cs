using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Tests.Jobs;

public class PhaseSpecTests
{
    [Theory]
    [InlineData("loss", -2.0)]
    [InlineData("bleu", 30.0)]
    [InlineData("chrf", null)]
    public void Score_ByMetric_HigherIsBetter(string metric, double? expected)
    {
        var phase = new SupervisedPhaseSpec { Validate = new() { Metric = metric } };

        Assert.Equal(expected, phase.Score(new Dictionary<string, double> { ["loss"] = 2, ["bleu"] = 30 }));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Score_OfWhatIsNoFiniteNumber_IsNone(double measured)
    {
        foreach (var metric in new[] { "loss", "bleu" })
            Assert.Null(new SupervisedPhaseSpec { Validate = new() { Metric = metric } }.Score(new Dictionary<string, double> { [metric] = measured }));
    }
}
