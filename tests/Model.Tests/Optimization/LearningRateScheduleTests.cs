using CsCheck;
using DistTrain.Model.Optimization;
using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Tests.Optimization;

public class LearningRateScheduleTests
{
    private const int Total = 100;

    [Fact]
    public void RateAt_InverseSqrtWithAPeak_IsThePapersCurveScaledToIt()
    {
        var paper = new OptimizerSpec { WarmupSteps = 10 };
        var scaled = paper with { LearningRate = 0.003 };
        var factor = 0.003 / LearningRateSchedule.RateAt(paper, 64, 10, Total);
        for (var step = 1; step <= Total; step++)
            Close.Assert($"step {step}", factor * LearningRateSchedule.RateAt(paper, 64, step, Total), LearningRateSchedule.RateAt(scaled, 64, step, Total), 1e-12, 0);
    }

    [Theory]
    [InlineData("constant", 0.01, 0.01)]
    [InlineData("linear", 0.01 * 46 / 91, 0.01 / 91)]
    [InlineData("cosine", 0.0050863, 0.0000029804)]
    public void RateAt_AfterTheWarmup_FollowsItsCurve(string schedule, double at55, double at100)
    {
        var spec = new OptimizerSpec { Schedule = schedule, LearningRate = 0.01, WarmupSteps = 10 };
        Close.Assert("warm-up", 0.003, LearningRateSchedule.RateAt(spec, 64, 3, Total), 1e-12, 0);
        Close.Assert("peak", 0.01, LearningRateSchedule.RateAt(spec, 64, 10, Total), 1e-12, 0);
        Close.Assert("middle", at55, LearningRateSchedule.RateAt(spec, 64, 55, Total), 1e-3, 0);
        Close.Assert("end", at100, LearningRateSchedule.RateAt(spec, 64, 100, Total), 1e-3, 0);
    }

    [Fact]
    public void RateAt_AnySchedule_RisesToItsPeakThenNeverRises_AndIsNeverZero() =>
        Gen.Select(Gen.OneOf("inverse_sqrt", "constant", "linear", "cosine"), Gen.Int[0, 30]).Sample((schedule, warmup) =>
        {
            var spec = new OptimizerSpec { Schedule = schedule, LearningRate = 1, WarmupSteps = warmup };
            var rates = Enumerable.Range(1, Total).Select(step => LearningRateSchedule.RateAt(spec, 64, step, Total)).ToList();
            var peak = Math.Max(warmup, 1) - 1;
            Close.Assert("peak", 1, rates[peak], 1e-12, 0);
            Assert.All(rates, rate => Assert.InRange(rate, double.Epsilon, 1));
            for (var index = 1; index < Total; index++) Assert.True(index <= peak ? rates[index] > rates[index - 1] : rates[index] <= rates[index - 1]);
        }, iter: 100);

    [Fact]
    public void RateAt_OfAnUnknownScheduleOrAMissingRate_SaysWhich()
    {
        Assert.Contains("'steps'", Assert.Throws<ArgumentException>(() => LearningRateSchedule.RateAt(new OptimizerSpec { Schedule = "steps", LearningRate = 1 }, 64, 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'linear'", Assert.Throws<ArgumentException>(() => LearningRateSchedule.RateAt(new OptimizerSpec { Schedule = "linear" }, 64, 1, 1)).Message, StringComparison.Ordinal);
    }
}
