using System.Collections.Immutable;
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

    [Theory]
    [InlineData(100, 100, null)]
    [InlineData(101, 10, "v.track has 101 names, but at most 100 are taken. Keep those that matter.")]
    [InlineData(1, 101, "but it must have at most 100: a metric is named after it. Shorten it.")]
    public void Track_ManyOrLongNames_AreMetricsUpToALimit(int count, int characters, string? problem)
    {
        var track = Enumerable.Range(0, count).ToImmutableSortedDictionary(number => $"{number}".PadLeft(characters, 't'), _ => "text", StringComparer.Ordinal);

        var violations = new ValidateSpec { Track = track }.Violations("v").Select(violation => violation.Message);

        if (problem is null) Assert.Empty(violations);
        else Assert.Contains(problem, Assert.Single(violations), StringComparison.Ordinal);
    }
}
