using CsCheck;
using DistTrain.Shared.Datasets.Preparation;

namespace DistTrain.Shared.Tests.Datasets;

public class LengthRatiosTests
{
    private static readonly Gen<(int Source, int Target)[]> Pairs = Gen.Select(Gen.Int[0, 60], Gen.Int[0, 400]).Array[1, 2500];

    [Fact]
    public void Factor_NoPairs_IsUnknown() => Assert.Null(new LengthRatios().Factor);

    [Theory]
    [InlineData(10, 10, 1.0)]
    [InlineData(100, 20, 1.0)]
    [InlineData(10, 15, 1.0)]
    [InlineData(10, 16, 1.1)]
    [InlineData(24, 125, 5.0)]
    [InlineData(3, 12, 2.34)]
    [InlineData(0, 8, 3.0)]
    [InlineData(1, 99, 10.0)]
    public void Factor_OnePair_IsWhatThePairNeedsBetweenOneAndTen(int source, int target, double factor) =>
        Assert.Equal(factor, Of((source, target)));

    [Theory]
    [InlineData(999, 6.0)]
    [InlineData(1000, 2.0)]
    public void Factor_OneOfAThousandIsLonger_LeavesThatOneOut(int pairs, double factor) =>
        Assert.Equal(factor, Of([(10, 65), .. Enumerable.Repeat((10, 25), pairs - 1)]));

    [Fact]
    public void Factor_AnyPairs_IsTheLeastHundredthThatAllButOneOfAThousandKeepTo() => Pairs.Sample(pairs =>
        {
            var factor = Of(pairs)!.Value;
            var exceptions = pairs.Length / 1000;
            Assert.InRange(factor, 1, 10);
            if (factor < 10) Assert.InRange(pairs.Count(pair => IsLonger(pair, factor)), 0, exceptions);
            if (factor > 1) Assert.True(pairs.Count(pair => IsLonger(pair, factor - 0.01)) > exceptions);
    }, iter: 200);

    // The least factor in hundredths is compared in whole numbers: a hundredth has no exact double.
    private static bool IsLonger((int Source, int Target) pair, double factor) =>
        100L * (pair.Target - LengthRatios.Slack) > (long)Math.Round(100 * factor) * Math.Max(1, pair.Source);

    private static double? Of(params (int Source, int Target)[] pairs)
    {
        var ratios = new LengthRatios();
        foreach (var (source, target) in pairs) ratios.Add(source, target);
        return ratios.Factor;
    }
}
