using DistTrain.Shared.Jobs.Phases.Supervised;

namespace DistTrain.Shared.Tests.Jobs;

public class PhaseSpecTests
{
    [Theory]
    [InlineData("loss", -2.0)]
    [InlineData("bleu", 30.0)]
    [InlineData("ter", -40.0)]
    [InlineData("chrf", null)]
    public void Score_ByMetric_HigherIsBetter(string metric, double? expected)
    {
        var phase = new SupervisedPhaseSpec { Validate = new() { Metric = metric } };

        Assert.Equal(expected, phase.Score(new Dictionary<string, double> { ["loss"] = 2, ["bleu"] = 30, ["ter"] = 40 }));
        if (expected is { } score) Assert.Equal(Math.Abs(score), phase.MetricOf(score));
    }

    [Theory]
    [InlineData("chrf++")]
    [InlineData("ter")]
    public void Violations_MetricOfTranslationsWithoutAny_IsRefused(string metric) => Assert.Contains(
        new SupervisedPhaseSpec { Name = "a", Steps = 1, Data = new() { Train = "t.tsv" }, Validate = new() { Metric = metric } }.Violations("p"),
        violation => violation.Path == "p.validate.metric" && violation.Message.Contains("nothing to translate", StringComparison.Ordinal));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void Score_OfWhatIsNoFiniteNumber_IsNone(double measured)
    {
        foreach (var metric in new[] { "loss", "bleu" })
            Assert.Null(new SupervisedPhaseSpec
            {
                Validate = new() { Metric = metric },
            }.Score(new Dictionary<string, double> { [metric] = measured }));
    }
}
