using CsCheck;
using DistTrain.Model.Optimization;
using DistTrain.Shared.Jobs;
using TorchSharp;
using static TorchSharp.torch;

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
            Close.Assert($"step {step}", factor * LearningRateSchedule.RateAt(paper, 64, step, Total),
                LearningRateSchedule.RateAt(scaled, 64, step, Total), 1e-12, 0);
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
    public void RateAt_AnyLengthAndWarmup_EqualsTorchsSchedulers() =>
        Gen.Select(Gen.OneOf("constant", "linear", "cosine"), Gen.Int[1, 20], Gen.Int[1, 60]).Sample((schedule, warmup, rest) =>
        {
            var spec = new OptimizerSpec { Schedule = schedule, LearningRate = 0.01, WarmupSteps = warmup };
            Follow(1, warmup,
                optimizer => optim.lr_scheduler.LinearLR(optimizer, start_factor: 1.0 / warmup, end_factor: 1, total_iters: Math.Max(1, warmup - 1)));
            // Torch's curves reach 0, ours ends a step before.
            Follow(warmup, warmup + rest, optimizer => schedule switch
            {
                "linear" => optim.lr_scheduler.LinearLR(optimizer, start_factor: 1, end_factor: 0, total_iters: rest + 1),
                "cosine" => optim.lr_scheduler.CosineAnnealingLR(optimizer, rest + 1),
                _ => optim.lr_scheduler.ConstantLR(optimizer, factor: 1),
            });

            void Follow(int from, int to, Func<optim.Optimizer, optim.lr_scheduler.LRScheduler> scheduler)
            {
                using var weight = new TorchSharp.Modules.Parameter(zeros(1));
                using var optimizer = optim.SGD([weight], spec.LearningRate!.Value);
                var expected = scheduler(optimizer);
                for (var step = from; step <= to; step++)
                {
                    Close.Assert($"step {step}", optimizer.ParamGroups.First().LearningRate,
                        LearningRateSchedule.RateAt(spec, 64, step, warmup + rest), 1e-9, 1e-12);
                    expected.step();
                }
            }
        }, iter: 60, threads: 1);

    [Fact]
    public void RateAt_InverseSqrt_IsEquation3OfThePaper() =>
        Gen.Select(Gen.Int[1, 4096], Gen.Int[1, 9000], Gen.Int[1, 100_000]).Sample((dModel, warmup, step) =>
        {
            var paper = new OptimizerSpec { WarmupSteps = warmup };
            var expected = step < warmup ? step / (Math.Sqrt(dModel) * warmup * Math.Sqrt(warmup)) : 1 / Math.Sqrt((double)dModel * step);
            Close.Assert("rate", expected, LearningRateSchedule.RateAt(paper, dModel, step, Total), 1e-12, 0);
    }, iter: 200);

    [Fact]
    public void RateAt_AnySchedule_RisesToItsPeakThenNeverRises_AndIsNeverZero() =>
        Gen.Select(Gen.OneOf("inverse_sqrt", "constant", "linear", "cosine"), Gen.Int[0, 30]).Sample((schedule, warmup) =>
        {
            var spec = new OptimizerSpec { Schedule = schedule, LearningRate = 1, WarmupSteps = warmup };
            var rates = Enumerable.Range(1, Total).Select(step => LearningRateSchedule.RateAt(spec, 64, step, Total)).ToList();
            var peak = Math.Max(warmup, 1) - 1;
            Close.Assert("peak", 1, rates[peak], 1e-12, 0);
            Assert.All(rates, rate => Assert.InRange(rate, double.Epsilon, 1));
            for (var index = 1; index < Total; index++)
                Assert.True(index <= peak ? rates[index] > rates[index - 1] : rates[index] <= rates[index - 1]);
        }, iter: 100);

    [Fact]
    public void RateAt_OfAnUnknownScheduleOrAMissingRate_SaysWhich()
    {
        Assert.Contains("'steps'",
            Assert.Throws<ArgumentException>(() =>
                LearningRateSchedule.RateAt(new OptimizerSpec { Schedule = "steps", LearningRate = 1 }, 64, 1, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("'linear'",
            Assert.Throws<ArgumentException>(() => LearningRateSchedule.RateAt(new OptimizerSpec { Schedule = "linear" }, 64, 1, 1)).Message,
            StringComparison.Ordinal);
    }
}
