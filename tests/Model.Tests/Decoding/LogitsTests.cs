using CsCheck;
using DistTrain.Model.Decoding;

namespace DistTrain.Model.Tests.Decoding;

public class LogitsTests
{
    /// <summary>Few different values, so that there are ties; some struck out.</summary>
    private static readonly Gen<float[]> Rows = Gen.OneOf(Gen.Int[-20, 20].Select(value => value / 4f), Gen.Const(float.NegativeInfinity)).Array[1,
        70];

    [Fact]
    public void Largest_OfAnyLogits_IsTheBeginningOfTheirSortedOrder() => Gen.Select(Rows, Gen.Int[1, 40]).Sample((logits, count) =>
        {
            var positions = new int[count];
            var found = Logits.Largest(logits, positions);
            var expected = Enumerable.Range(0, logits.Length).Where(position => !float.IsNegativeInfinity(logits[position]))
                .OrderByDescending(position => logits[position]).Take(count);
            Assert.Equal(expected, positions[..found]);
    });

    [Fact]
    public void LogSumExp_OfAnyLogits_IsThatOfTheDefinition() => Rows.Where(row => row.Any(float.IsFinite)).Sample(logits =>
        {
            Assert.Equal(logits.Max(), Logits.Max(logits));
            Assert.Equal(Math.Log(logits.Sum(logit => Math.Exp(logit))), Logits.LogSumExp(logits), 1e-6);
    });

    [Theory]
    [InlineData(1e4f)]
    [InlineData(-1e4f)]
    public void LogSumExp_OfGreatLogits_DoesNotOverflow(float logit) =>
        Assert.Equal(logit + Math.Log(40), Logits.LogSumExp(Enumerable.Repeat(logit, 40).ToArray()), 1e-6);

    [Theory]
    [InlineData(3)]
    [InlineData(33)]
    public void LogSumExp_WithNoNumber_IsNone(int at)
    {
        var logits = new float[40];
        logits[at] = float.NaN;
        Assert.True(double.IsNaN(Logits.LogSumExp(logits)));
    }
}
