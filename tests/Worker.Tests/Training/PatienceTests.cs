using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

public class PatienceTests
{
    [Theory]
    [InlineData("loss", 2, new[] { 3.0, 2, 2.5, 1.9, 1.9, 2 }, new[] { false, false, false, false, false, true })]
    [InlineData("bleu", 2, new[] { 3.0, 4, 4, 5, 1, 5 }, new[] { false, false, false, false, false, true })]
    [InlineData("bleu", 1, new[] { 0.0, 0 }, new[] { false, true })]
    [InlineData("loss", 2, new[] { double.NaN, 3, double.NaN, double.NaN }, new[] { false, false, false, true })]
    [InlineData("loss", 2, new[] { double.NegativeInfinity, 3, double.PositiveInfinity, double.NegativeInfinity },
        new[] { false, false, false, true })]
    [InlineData("bleu", 2, new[] { double.PositiveInfinity, 3, double.PositiveInfinity, 4, double.NaN, double.NaN },
        new[] { false, false, false, false, false, true })]
    [InlineData("bleu", 0, new[] { 3.0, 2, 1, 0 }, new[] { false, false, false, false })]
    public void Count_ValidationsWithoutABetterMetric_IsOverAtTheirNumber(string metric, int patience, double[] found, bool[] over)
    {
        var phase = new SupervisedPhaseSpec { Validate = new() { Metric = metric, Patience = patience } };
        var counted = new Patience(phase);
        for (var i = 0; i < found.Length; i++)
        {
            // As after a resume between any two validations.
            counted = new Patience(phase, counted.Best, counted.WithoutBetter);
            counted.Count(new Dictionary<string, double> { [metric] = found[i], ["other"] = -found[i] });
            Assert.Equal(over[i], counted.IsOver);
            Assert.True(double.IsFinite(counted.Best ?? 0));
        }
    }

    [Theory]
    [InlineData(double.NaN, null)]
    [InlineData(double.PositiveInfinity, null)]
    [InlineData(4.0, 4.0)]
    public void Begin_WhateverTheStartMeasures_IsNoValidationWithoutABetterOne(double found, double? best)
    {
        var patience = new Patience(new SupervisedPhaseSpec { Validate = new() { Metric = "bleu", Patience = 1 } });
        patience.Begin(new Dictionary<string, double> { ["bleu"] = found });
        Assert.Equal((best, 0, false), (patience.Best, patience.WithoutBetter, patience.IsOver));
    }

    [Fact]
    public void Count_MetricThatWasNotMeasured_ChangesNothing()
    {
        var patience = new Patience(new SupervisedPhaseSpec { Validate = new() { Metric = "bleu", Patience = 1 } }, best: 3);
        patience.Count(new Dictionary<string, double> { ["loss"] = 1 });
        Assert.Equal((3.0, 0, false), (patience.Best!.Value, patience.WithoutBetter, patience.IsOver));
    }
}
