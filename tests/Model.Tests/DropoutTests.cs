using CsCheck;
using DistTrain.Model.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests;

public class DropoutTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Fill_ForARate_DropsThatShareAndKeepsTheMean(double rate)
    {
        var mask = new float[200_000];
        new DropoutMask(11, rate).Fill(mask);
        // Five standard deviations of a binomial share.
        var tolerance = 5 * Math.Sqrt(rate * (1 - rate) / mask.Length);
        Assert.InRange(mask.Count(value => value == 0) / (double)mask.Length, rate - tolerance, rate + tolerance);
        Assert.All(mask, value => Assert.True(value == 0 || value == (float)(1 / (1 - rate))));
    }

    [Fact]
    public void Fill_OfAnyLength_IsTheBeginningOfALongerOne() => Gen.Select(Gen.Int[0, 100], Gen.ULong).Sample((length, seed) =>
    {
        var (mask, longer) = (new float[length], new float[128]);
        new DropoutMask(seed, 0.3).Fill(mask);
        new DropoutMask(seed, 0.3).Fill(longer);
        Assert.Equal(longer[..length], mask);
    }, iter: 100, threads: 1);

    [Fact]
    public void Fill_OfNeighbouringSeedsAndPositions_IsNotCorrelated()
    {
        var masks = Enumerable.Range(0, 4).Select(seed =>
        {
            var mask = new float[50_000];
            new DropoutMask((ulong)seed, 0.5).Fill(mask);
            return mask.Select(value => value > 0 ? 1.0 : -1.0).ToArray();
        }).ToList();
        var tolerance = 5 / Math.Sqrt(50_000);
        for (var other = 1; other < masks.Count; other++) Assert.InRange(Correlation(masks[0], masks[other], 0), -tolerance, tolerance);
        foreach (var lag in new[] { 1, 2, 8, 16, 32 }) Assert.InRange(Correlation(masks[0], masks[0], lag), -tolerance, tolerance);
    }

    [Fact]
    public void Apply_AfterManualSeed_RepeatsItself_AndScalesGradientsByTheSameMask()
    {
        using var scope = NewDisposeScope();
        var dropout = new Dropout(0.4);
        (float[] Value, float[] Gradient) Run()
        {
            manual_seed(5);
            var leaf = ones(1000, requires_grad: true);
            var y = dropout.Apply(leaf.mul(1), training: true);
            y.sum().backward();
            return (y.ToArray(), leaf.grad!.ToArray());
        }
        var (value, gradient) = Run();
        Assert.Equal(value, gradient);
        Assert.Equal(value, Run().Value);
        Assert.Contains(0f, value);
    }

    [Fact]
    public void Apply_OutsideTraining_ChangesNothing()
    {
        using var x = ones(10);
        Assert.Same(x, new Dropout(0.4).Apply(x, training: false));
    }

    private static double Correlation(double[] a, double[] b, int lag) => Enumerable.Range(0, a.Length - lag).Average(i => a[i] * b[i + lag]);
}
