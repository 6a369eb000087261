using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Passes;

/// <summary>What the golden files and <see cref="Objectives.SupervisedObjectiveTests"/> do not say of the hand-written pass.</summary>
public class TransformerPassTests
{
    [Fact]
    public void Backward_InMixedPrecision_IsNearThatOfFullPrecision()
    {
        // Not a few tokens: in a small sum, one value that relu passes in one type and not in the other weighs much.
        var sentences = Small.Sentence.Array[30];
        foreach (var (options, sources, targets) in Gen.Select(Small.AnyOptions, sentences, sentences).Cases(40))
            AssertMixedIsNearFull(options, new SentencePairs(sources, targets));
    }

    [Fact]
    public void Backward_InMixedPrecision_UsesTheValuesOfTheMoment()
    {
        using var parameters = Small.Model(precision: Precision.Mixed);
        var objective = new SupervisedObjective(parameters, 0);
        var before = objective.Backward(Small.SomePairs, seed: 0).Loss;
        parameters.ChangeValues().Host.Span.Clear();
        var tokens = Small.SomePairs.Targets.Sum(target => target.Length + 1);
        Close.Assert("loss of even predictions", tokens * Math.Log(Small.Vocabulary), objective.Backward(Small.SomePairs, seed: 0).Loss);
        Assert.NotEqual(before, tokens * Math.Log(Small.Vocabulary));
    }

    [Theory]
    [InlineData(Precision.Full)]
    [InlineData(Precision.Mixed)]
    public void Backward_AfterALargerBatch_IsWhatItWasBefore(Precision precision)
    {
        using var parameters = Small.Model(Small.Options with { Dropout = 0.2 }, precision: precision);
        var objective = new SupervisedObjective(parameters, 0.1);
        float[] Gradients(SentencePairs pairs)
        {
            parameters.ZeroGradients();
            objective.Backward(pairs, seed: 2);
            return parameters.Gradients.ToArray();
        }
        var larger = new SentencePairs([.. Enumerable.Repeat(Small.SomePairs.Sources[0], 9)], [.. Enumerable.Repeat(Small.SomePairs.Targets[1], 9)]);
        var before = Gradients(Small.SomePairs);
        Gradients(larger);
        Assert.Equal(before, Gradients(Small.SomePairs));
    }

    [Fact]
    public void Backward_OnTwoThreads_GivesWhatOneThreadGives()
    {
        using var parameters = Small.Model(Small.Options with { Dropout = 0.2, DModel = 64, VocabularySize = 300 });
        var objective = new SupervisedObjective(parameters, 0.1);
        var random = new Random(1);
        int[][] Sentences() =>
            [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(3, 300)).ToArray())];
        var pairs = new SentencePairs(Sentences(), Sentences());
        float[] Gradients(int threads)
        {
            set_num_threads(threads);
            parameters.ZeroGradients();
            objective.Backward(pairs, seed: 2);
            return parameters.Gradients.ToArray();
        }
        var one = Gradients(1);
        var two = Gradients(2);
        set_num_threads(1);
        Close.Assert("gradient", one, two, relative: 1e-4, absolute: 1e-4);
    }

    /// <summary>It is zero but for rounding, of which Adam would make whole steps.</summary>
    [Theory, InlineData(Precision.Full), InlineData(Precision.Mixed)]
    public void Backward_OfAnyModel_GivesTheKeysBiasesNoGradientAndAllOthersSome(Precision precision)
    {
        foreach (var options in Small.AnyOptions.Cases(10))
        {
            using var parameters = Small.Model(options, precision: precision);
            new SupervisedObjective(parameters, 0.1).Backward(Small.SomePairs, seed: 1);
            foreach (var bias in parameters.Slices.Where(slice => slice.Name.EndsWith("in_proj_bias")))
            {
                var parts = parameters.Gradients.Slice(bias.Offset, bias.Length).ToArray().Chunk(options.DModel).ToList();
                Assert.Contains(parts[0], gradient => gradient != 0);
                Assert.All(parts[1], gradient => Assert.Equal(0, gradient));
                Assert.Contains(parts[2], gradient => gradient != 0);
            }
        }
    }

    [Fact]
    public void Backward_AfterEachLayer_TellsWhatIsFinal()
    {
        foreach (var (options, pairs) in Gen.Select(Small.AnyOptions, Small.Pairs).Cases(40))
        {
            using var parameters = Small.Model(options);
            var told = new List<(int From, float[] Gradients)>();
            new SupervisedObjective(parameters, 0.1).Backward(pairs, seed: 0, from => told.Add((from, parameters.Gradients[from..].ToArray())));
            Assert.Equal([.. parameters.LayerOffsets.Reverse(), 0], told.Select(call => call.From));
            Assert.All(told, call => Assert.Equal(parameters.Gradients[call.From..].ToArray(), call.Gradients));
        }
    }

    private static void AssertMixedIsNearFull(TransformerOptions options, SentencePairs pairs)
    {
        using var full = Small.Model(options);
        using var mixed = Small.Model(options, precision: Precision.Mixed);
        var (expected, actual) = (new SupervisedObjective(full, 0.1).Backward(pairs, seed: 0),
            new SupervisedObjective(mixed, 0.1).Backward(pairs, seed: 0));
        Close.Assert("loss", expected.Loss, actual.Loss, relative: 0.01);
        Assert.InRange(Small.Distance(full, mixed), 0, 0.1);
    }
}
