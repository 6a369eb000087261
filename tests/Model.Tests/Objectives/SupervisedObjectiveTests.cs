using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Objectives;

public class SupervisedObjectiveTests
{
    [Fact]
    public void Backward_OfAnyModelAndBatch_EqualsTorchsCrossEntropy()
    {
        foreach (var (options, pairs, smoothing, dropout) in Gen.Select(Small.AnyOptions, Small.Pairs, Gen.OneOf(0.0, 0.1, 0.4), Gen.Bool).Cases(60))
        {
            using var parameters = Small.Model(dropout ? options with { Dropout = 0.2, AttentionDropout = 0.3, FeedForwardDropout = 0.4 } : options);
            AgainstTorch.Assert(parameters, pairs, smoothing);
        }
    }

    [Fact]
    public void Backward_OfMoreRowsThanAChunkHolds_EqualsTorchsCrossEntropy()
    {
        const int vocabulary = 6000;
        using var parameters = Small.Model(Small.Options with { VocabularySize = vocabulary });
        var random = new Random(1);
        int[][] Sentences() =>
            [.. Enumerable.Range(0, 30).Select(_ => Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(3, vocabulary)).ToArray())];
        AgainstTorch.Assert(parameters, new SentencePairs(Sentences(), Sentences()), 0.1);
    }

    [Fact]
    public void Backward_OfABatch_EqualsTheSumOfItsParts() => Gen.Select(Small.Pairs, Small.Pairs).Sample((first, second) =>
        {
            using var parameters = Small.Model();
            var objective = new SupervisedObjective(parameters, 0.1);
            var parts = objective.Backward(first, seed: 0) + objective.Backward(second, seed: 0);
            var gradients = parameters.Gradients.ToArray();
            parameters.ZeroGradients();
            var whole = objective.Backward(new SentencePairs([.. first.Sources, .. second.Sources], [.. first.Targets, .. second.Targets]), seed: 0);
            Close.Assert("loss", whole.Loss, parts.Loss);
            Close.Assert("nll", whole.Metrics[0], parts.Metrics[0]);
            Assert.Equal(whole.Units, parts.Units);
            Close.Assert("gradient", parameters.Gradients, gradients, relative: 1e-4, absolute: 1e-4);
    }, iter: 20, threads: 1);

    [Fact]
    public void Backward_WithTheSameSeed_RepeatsEveryBit()
    {
        using var parameters = Small.Model(Small.Options with { Dropout = 0.3 });
        var objective = new SupervisedObjective(parameters, 0.1);
        (double Loss, float[] Gradients) Run(long seed)
        {
            parameters.ZeroGradients();
            return (objective.Backward(Small.SomePairs, seed).Loss, parameters.Gradients.ToArray());
        }
        var (loss, gradients) = Run(4);
        Assert.Equal(loss, Run(4).Loss);
        Assert.Equal(gradients, Run(4).Gradients);
        Assert.NotEqual(loss, Run(5).Loss);
    }

    [Fact]
    public void Evaluate_OfAModelWithDropoutAndSmoothing_IsThePlainLikelihoodWithoutEither()
    {
        using var parameters = Small.Model(Small.Options with { Dropout = 0.5 });
        using var same = Small.Model();
        var pairs = Small.SomePairs;
        var sums = new SupervisedObjective(parameters, 0.3).Evaluate(pairs);
        Close.Assert("loss", -SequenceScores.LogProbabilities(same.Model, pairs).Sum(), sums.Loss);
        Assert.Equal(sums.Loss, sums.Metrics[0]);
        Assert.Equal(pairs.Targets.Sum(target => target.Length + 1), sums.Units);
        Assert.All(parameters.Gradients.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void EmptyBatch_GivesZerosAndNoGradient()
    {
        using var parameters = Small.Model();
        var objective = new SupervisedObjective(parameters, 0.1);
        foreach (var sums in new[] { objective.Backward(new SentencePairs([], []), seed: 0), objective.Evaluate(new SentencePairs([], [])) })
        {
            Assert.Equal((0, 0), (sums.Loss, sums.Units));
            Assert.Equal(objective.MetricNames.Count, sums.Metrics.Count);
        }
        Assert.All(parameters.Gradients.ToArray(), value => Assert.Equal(0, value));
    }

    [Fact]
    public void Backward_ManyTimes_LeavesNoTensorBehind()
    {
        using var parameters = Small.Model(Small.Options with { Dropout = 0.1 });
        var objective = new SupervisedObjective(parameters, 0.1);
        Small.AssertNothingIsLeft(() => objective.Backward(Small.SomePairs, seed: 0));
        Small.AssertNothingIsLeft(() => objective.Evaluate(Small.SomePairs));
    }
}
