using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Modules;

/// <summary>What holds for every Transformer, whatever its weights.</summary>
public class TransformerTests
{
    [Fact]
    public void To_AnotherTypeAndBack_TakesEveryParameterAlong()
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var model = new Transformer(Small.Options);
        Initialization.Initialize(model, 1);
        var expected = model.Encode(TokenMatrix.Sources([[3, 4, 5]])).ToArray();
        model.to(ScalarType.Float64);
        Assert.All(model.named_parameters(), parameter => Assert.Equal(ScalarType.Float64, parameter.parameter.dtype));
        // A field that was left behind would be a parameter that is no more.
        model.to(ScalarType.Float32);
        Assert.Equal(expected, model.Encode(TokenMatrix.Sources([[3, 4, 5]])).ToArray());
    }

    [Fact]
    public void Heads_ThatDoNotDivideTheWidth_AreRefusedWithBothNumbers()
    {
        var error = Assert.Throws<ArgumentException>(() => new Transformer(Small.Options with { DModel = 16, Heads = 3 }));
        Assert.Contains("d_model is 16, which 3 heads", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfOnePair_DoesNotDependOnCompanionsOrPadding() => Gen.Select(Small.AnyOptions, Small.Pairs).Sample((options, pairs) =>
        {
            using var parameters = Small.Model(options);
            var together = Decoded(parameters.Model, pairs);
            for (var row = 0; row < pairs.Sources.Length; row++)
            {
                var alone = Decoded(parameters.Model, new SentencePairs([pairs.Sources[row]], [pairs.Targets[row]]))[0];
                Close.Assert($"sentence {row}", alone, together[row].AsSpan(0, alone.Length));
            }
        }, iter: 40, threads: 1);

    [Fact]
    public void Decode_AtAPosition_IsNotAffectedByLaterTokens() =>
        Gen.Select(Small.AnyOptions, Small.Sentence, Small.Sentence, Small.Sentence, Small.Sentence).Sample((options, source, begin, end, otherEnd) =>
        {
            using var parameters = Small.Model(options);
            var width = (begin.Length + 1) * options.DModel;
            var first = Decoded(parameters.Model, new SentencePairs([source], [[.. begin, .. end]]))[0];
            var second = Decoded(parameters.Model, new SentencePairs([source], [[.. begin, .. otherEnd]]))[0];
            Close.Assert("beginning", first.AsSpan(0, width), second.AsSpan(0, width));
        }, iter: 40, threads: 1);

    [Fact]
    public void Decode_WithSeveralTargetsOfASource_EqualsEachWithItsOwnCopy()
    {
        using var parameters = Small.Model();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var sources = TokenMatrix.Sources([[3, 4, 5], [6]]);
        var targets = TokenMatrix.TargetInputs([[7, 8], [9], [10, 11, 12], [13]]);
        var shared = parameters.Model.Decode(targets, parameters.Model.Encode(sources), sources);
        var copies = sources.repeat_interleave(2, 0);
        var copied = parameters.Model.Decode(targets, parameters.Model.Encode(copies), copies);
        Close.Assert("decoded", copied.ToArray(), shared.ToArray());
    }

    [Fact]
    public void PositionalEncoding_BeyondItsFirstTable_GrowsAndStaysTheSame()
    {
        using var encoding = new PositionalEncoding(6);
        var early = encoding.Rows(3, 1, CPU).ToArray();
        var late = encoding.Rows(5000, 1, CPU).ToArray();
        Assert.Equal(early, encoding.Rows(3, 1, CPU).ToArray());
        Close.Assert("position 5000", [(float)Math.Sin(5000), (float)Math.Cos(5000), (float)Math.Sin(5000 / Math.Pow(10000, 1 / 3.0))],
            late.AsSpan(0, 3));
    }

    /// <summary>The decoder's output for each pair, as long as its target with BOS.</summary>
    private static float[][] Decoded(Transformer model, SentencePairs pairs)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        model.eval();
        var padded = PaddedPairs.From(pairs.Sources, pairs.Targets);
        var decoded_BTD = model.Decode(padded.TargetInput_GT, model.Encode(padded.Source_BS), padded.Source_BS);
        return [.. pairs.Targets.Select((target, row) => decoded_BTD[row].narrow(0, 0, target.Length + 1).ToArray())];
    }
}
