using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Kernels.Torch;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Passes;

/// <summary>Whole training steps in torch's operators, which other devices than the CPU use, against those in vector instructions.</summary>
public class TorchKernelsPassTests
{
    [Fact]
    public void Backward_OfAnyModelAndBatch_EqualsThatOfTheVectorKernels()
    {
        foreach (var (plain, pairs, smoothing, dropout) in Gen.Select(Small.AnyOptions, Small.Pairs, Gen.OneOf(0, 0.1), Gen.Bool).Cases(60))
        {
            var options = dropout ? plain with { Dropout = 0.2, AttentionDropout = 0.3, FeedForwardDropout = 0.4 } : plain;
            using var expected = Small.Model(options);
            using var actual = OnTorchKernels(options, Precision.Full);
            AssertSameLoss(expected, actual, pairs, smoothing, 2e-5);
            Close.Assert("gradient", expected.Gradients, actual.Gradients, relative: 1e-4, absolute: 1e-4);
        }
    }

    [Fact]
    public void Backward_InMixedPrecision_IsNearThatOfTheVectorKernels()
    {
        var sentences = Small.Sentence.Array[30];
        foreach (var (options, sources, targets) in Gen.Select(Small.AnyOptions, sentences, sentences).Cases(20))
        {
            using var expected = Small.Model(options, precision: Precision.Mixed);
            using var actual = OnTorchKernels(options, Precision.Mixed);
            AssertSameLoss(expected, actual, new SentencePairs(sources, targets), 0.1, 0.01);
            Assert.InRange(Small.Distance(expected, actual), 0, 0.1);
        }
    }

    [Fact]
    public void Backward_WithDropout_RepeatsWithTheSeed()
    {
        using var parameters = OnTorchKernels(Small.Options with { Dropout = 0.3, AttentionDropout = 0.2, FeedForwardDropout = 0.1 }, Precision.Full);
        float[] Gradients(int seed)
        {
            parameters.ZeroGradients();
            new SupervisedObjective(parameters, 0.1).Backward(Small.SomePairs, seed);
            return parameters.Gradients.ToArray();
        }
        var first = Gradients(1);
        Assert.NotEqual(first, Gradients(2));
        Assert.Equal(first, Gradients(1));
    }

    [Fact]
    public void Backward_OfTheSameBatch_LeavesNoTensorBehind()
    {
        using var parameters = OnTorchKernels(Small.Options with { Dropout = 0.3 }, Precision.Mixed);
        var objective = new SupervisedObjective(parameters, 0.1);
        Small.AssertNothingIsLeft(() => objective.Backward(Small.SomePairs, seed: 0));
    }

    private static FlatParameters OnTorchKernels(TransformerOptions options, Precision precision) =>
        Small.Model(options, precision: precision, kernels: new TorchKernels(precision.Type(), CPU));

    private static void AssertSameLoss(FlatParameters expected, FlatParameters actual, SentencePairs pairs, double smoothing, double relative)
    {
        var (first, second) = (new SupervisedObjective(expected, smoothing).Backward(pairs, seed: 0),
            new SupervisedObjective(actual, smoothing).Backward(pairs, seed: 0));
        Close.Assert("loss", first.Loss, second.Loss, relative);
        Close.Assert("nll", first.Metrics[0], second.Metrics[0], relative);
    }
}
