using DistTrain.Model.Optimization;

namespace DistTrain.Model.Tests.Optimization;

public class WeightAverageTests
{
    [Theory]
    [InlineData(0.5)]
    [InlineData(0.999)]
    public void Update_ManyTimes_IsTheWeightedMeanOfAllParametersSoFar(double decay)
    {
        using var parameters = Small.Model();
        using var average = new WeightAverage(parameters, decay);
        // The definition, written out in float64: each value's weight is its own share times all later decays.
        var history = new List<float[]> { parameters.Values.ToArray() };
        for (var update = 1; update <= 60; update++)
        {
            foreach (ref var value in parameters.ChangeValues().Host.Span) value += 0.01f * MathF.Sin(update + value);
            history.Add(parameters.Values.ToArray());
            average.Update(update);
        }
        var expected = new double[history[0].Length];
        for (var (at, later) = (history.Count - 1, 1.0); at >= 0; at--)
        {
            var kept = at == 0 ? 0 : Math.Min(decay, (1 + at) / (10.0 + at));
            for (var i = 0; i < expected.Length; i++) expected[i] += later * (1 - kept) * history[at][i];
            later *= kept;
        }
        Close.Assert("average", [.. expected.Select(value => (float)value)], average.Values.Host.Span, 1e-5, 1e-6);
    }

    [Fact]
    public void Update_AfterFewUpdates_HasForgottenTheStart()
    {
        using var parameters = Small.Model();
        parameters.ChangeValues().Host.Span.Fill(1000);
        using var average = new WeightAverage(parameters, 0.9999);
        parameters.ChangeValues().Host.Span.Fill(1);
        for (var update = 1; update <= 50; update++) average.Update(update);
        Assert.All(average.Values.Host.ToArray(), value => Assert.Equal(1, value, 1e-4));
    }

    [Theory]
    [InlineData(1, 2.0 / 11)]
    [InlineData(90, 0.91)]
    [InlineData(1_000_000, 0.95)]
    public void DecayAt_EarlyUpdates_IsBelowTheDecay(long update, double expected) =>
        Assert.Equal(expected, WeightAverage.DecayAt(0.95, update), 1e-12);

    [Fact]
    public void Exchange_Twice_GivesBothBackBitForBit()
    {
        using var parameters = Small.Model();
        using var average = new WeightAverage(parameters, 0.9);
        foreach (ref var value in parameters.ChangeValues().Host.Span) value *= 3;
        average.Update(1);
        var (trained, averaged) = (parameters.Values.ToArray(), average.Values.Host.ToArray());

        average.Exchange();
        Assert.Equal<float[]>([averaged, trained], [parameters.Values.ToArray(), average.Values.Host.ToArray()]);
        average.Exchange();
        Assert.Equal<float[]>([trained, averaged], [parameters.Values.ToArray(), average.Values.Host.ToArray()]);
    }
}
