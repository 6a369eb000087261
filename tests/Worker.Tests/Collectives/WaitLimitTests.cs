using CsCheck;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Tests.Collectives;

public class WaitLimitTests
{
    private const double Least = 5, Most = 60;

    /// <summary>In seconds, from none to more than the window holds.</summary>
    private static readonly Gen<double[]> AnyWaits = Gen.Double[0, 100].Array[0, 3 * WaitLimit.Window];

    private static readonly Gen<double[]> EnoughWaits = Gen.Double[0, 20].Array[WaitLimit.Enough, 2 * WaitLimit.Window];

    [Fact]
    public void Silence_AfterAnyWaits_IsWithinItsBoundsAndUnusualIsWithinItsHalfAndIt() => AnyWaits.Sample(waits =>
    {
        var limit = After(waits);
        Assert.InRange(limit.Silence.TotalSeconds, Least, Most);
        Assert.InRange(limit.Unusual.TotalSeconds, limit.Silence.TotalSeconds / 2, limit.Silence.TotalSeconds);
    });

    [Theory]
    [InlineData(0, Most)]
    [InlineData(WaitLimit.Enough - 1, Most)]
    [InlineData(WaitLimit.Enough, Least)]
    [InlineData(WaitLimit.Window, Least)]
    [InlineData(WaitLimit.Window + 1, Least)]
    public void Silence_AfterSoManyShortWaits_IsTheUpperBoundUntilEnoughAreKnown(int count, double expected) =>
        Assert.Equal(expected, After(Enumerable.Repeat(0.01, count)).Silence.TotalSeconds);

    [Theory]
    [InlineData(WaitLimit.Window - 1)]
    [InlineData(WaitLimit.Window)]
    [InlineData(WaitLimit.Window + 1)]
    public void Silence_AfterAWindowOfOtherWaits_HasForgottenThoseBefore(int before)
    {
        double[] recent = [.. Enumerable.Range(0, WaitLimit.Window).Select(i => 6 + i % 5 / 10.0)];
        Assert.Equal(After(recent).Silence, After(Enumerable.Repeat(50.0, before).Concat(recent)).Silence);
    }

    [Fact]
    public void Silence_AllWaitsLongerOrFurtherApart_IsNotShorter() =>
        Gen.Select(EnoughWaits, Gen.Double[1, 4], Gen.Double[0, 10]).Sample((waits, factor, more) =>
        {
            var limit = After(waits).Silence.TotalSeconds;
            Assert.True(After(waits.Select(wait => wait * factor)).Silence.TotalSeconds >= limit - 1e-6);
            Assert.True(After(waits.Select(wait => wait + more)).Silence.TotalSeconds >= limit - 1e-6);
        });

    [Fact]
    public void Silence_WithOneOutlier_IsBoundedByTheOtherWaits() =>
        Gen.Select(EnoughWaits, Gen.Double[0, 1e6], Gen.Int[0, 1000]).Sample((waits, outlier, place) =>
        {
            double[] recent = [.. waits.TakeLast(WaitLimit.Window)];
            recent[place % recent.Length] = outlier;
            var others = recent.Where((_, i) => i != place % recent.Length).ToList();
            var bound = others.Max() + WaitLimit.Spreads * (others.Max() - others.Min());
            Assert.InRange(After(recent).Silence.TotalSeconds, Least, Math.Max(Least, bound + 1e-6));
        });

    private static WaitLimit After(IEnumerable<double> waits)
    {
        var limit = new WaitLimit(TimeSpan.FromSeconds(Least), TimeSpan.FromSeconds(Most));
        foreach (var wait in waits) limit.Add(TimeSpan.FromSeconds(wait));
        return limit;
    }
}
