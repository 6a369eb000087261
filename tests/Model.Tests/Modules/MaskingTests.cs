using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;
using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Modules;

/// <summary>What a query may not look at has no influence at all, on values and on gradients: of the modules and of a training step.</summary>
public class MaskingTests
{
    /// <summary>A token of no sentence: tests put it where nobody may look.</summary>
    private const int Unseen = Small.Vocabulary;

    /// <summary>With tables of their own, so that an embedding's gradient comes from nowhere else.</summary>
    private static readonly Gen<TransformerOptions> AnyOptions =
        Small.AnyOptions.Select(options => options with { TieEmbeddings = false, VocabularySize = Small.Vocabulary + 1 });

    [Fact]
    public void Padding_WhateverItsVectors_ChangesNoBitAndGetsNoGradient() => Gen.Select(AnyOptions, Small.Pairs).Sample((options, sentences) =>
        {
            using var scope = NewDisposeScope();
            using var parameters = Small.Model(options);
            var pairs = Wider(PaddedPairs.From(sentences.Sources, sentences.Targets), 2);
            var before = Outcome.Of(parameters, pairs);
            foreach (var table in new[] { "source_embedding.weight", "target_embedding.weight" })
            {
                before.AssertNoGradient(Row(parameters, table, SpecialTokens.Pad));
                parameters.ChangeValues().Host.Span[Row(parameters, table, SpecialTokens.Pad)].Fill(100);
            }
            before.AssertEqual(Outcome.Of(parameters, pairs));
    }, iter: 30, threads: 1);

    [Fact]
    public void MaskedTarget_WhateverItsTokens_ChangesNoBitAndGetsNoGradient() => Gen.Select(AnyOptions, Small.Pairs).Sample((options, sentences) =>
        {
            using var scope = NewDisposeScope();
            using var parameters = Small.Model(options);
            var pairs = Wider(PaddedPairs.From(sentences.Sources, sentences.Targets), 2);
            var filled = Outcome.Of(parameters,
                pairs with { TargetInput_GT = pairs.TargetInput_GT.masked_fill(pairs.Labels_GT.eq(SpecialTokens.Pad), Unseen) });
            Outcome.Of(parameters, pairs).AssertEqual(filled);
            filled.AssertNoGradient(Row(parameters, "target_embedding.weight", Unseen));
    }, iter: 30, threads: 1);

    [Fact]
    public void LaterTokens_WhateverTheyAre_ChangeNoBitOfEarlierPositionsAndGetNoGradient() =>
        Gen.Select(AnyOptions, Small.Sentence, Small.Sentence, Small.Sentence.Where(sentence => sentence.Length > 0))
        .Sample((options, source, begin, end) =>
        {
            using var scope = NewDisposeScope();
            using var parameters = Small.Model(options);
            var model = parameters.Model;
            var source_1S = TokenMatrix.Sources([source]);
            Tensor Beginning(IEnumerable<int> end) =>
                model.Decode(TokenMatrix.TargetInputs([[.. begin, .. end]]), model.Encode(source_1S), source_1S).narrow(1, 0, begin.Length + 1);

            var beginning = Beginning(end.Select(_ => Unseen));
            Assert.Equal(Beginning(end).ToArray(), beginning.ToArray());
            beginning.pow(3).sum().backward();
            Assert.False(parameters.Gradients[Row(parameters, "target_embedding.weight", Unseen)].ContainsAnyExcept(0));
            Assert.True(parameters.Gradients[Row(parameters, "target_embedding.weight", SpecialTokens.Bos)].ContainsAnyExcept(0));
        }, iter: 40, threads: 1);

    [Fact]
    public void Padding_HoweverWide_ChangesNothing()
    {
        foreach (var (options, sentences, columns) in Gen.Select(AnyOptions, Small.Pairs, Gen.Int[1, 40]).Cases(40))
        {
            using var scope = NewDisposeScope();
            using var parameters = Small.Model(options);
            var pairs = PaddedPairs.From(sentences.Sources, sentences.Targets);
            var (narrow, wide) = (Outcome.Of(parameters, pairs), Outcome.Of(parameters, Wider(pairs, columns)));
            Close.Assert("decoded", narrow.Decoded, wide.Decoded);
            Close.Assert("loss", narrow.Loss, wide.Loss);
            Close.Assert("gradient", narrow.Gradients, wide.Gradients, relative: 1e-4, absolute: 1e-4);
            Close.Assert("step's gradient", narrow.StepGradients, wide.StepGradients, relative: 1e-4, absolute: 1e-4);
        }
    }

    private static PaddedPairs Wider(PaddedPairs pairs, int columns) =>
        new(Wider(pairs.Source_BS, columns), Wider(pairs.TargetInput_GT, columns), Wider(pairs.Labels_GT, columns));

    private static Tensor Wider(Tensor tokens, int columns) =>
        cat([tokens, full([tokens.shape[0], columns], SpecialTokens.Pad, ScalarType.Int64)], 1);

    private static Range Row(FlatParameters parameters, string table, int token)
    {
        var slice = parameters.Slices.Single(slice => slice.Name == table);
        var (first, width) = (slice.Offset + token * (int)slice.Shape[1], (int)slice.Shape[1]);
        return first..(first + width);
    }

    /// <summary>Of one batch.</summary>
    /// <param name="Decoded">The decoder's output at the positions with a label, by the modules.</param>
    /// <param name="Gradients">Of all parameters, of a function of that, by autograd.</param>
    /// <param name="Loss">Of a training step.</param>
    /// <param name="StepGradients">Its gradients.</param>
    private sealed record Outcome(float[] Decoded, float[] Gradients, double Loss, float[] StepGradients)
    {
        public static Outcome Of(FlatParameters parameters, PaddedPairs pairs)
        {
            using var scope = NewDisposeScope();
            var model = parameters.Model;
            parameters.ZeroGradients();
            var decoded_LD = model.Decode(pairs.TargetInput_GT, model.Encode(pairs.Source_BS), pairs.Source_BS).flatten(0, 1)
                .index_select(0, pairs.LabelledRows());
            decoded_LD.pow(3).sum().backward();
            var gradients = parameters.Gradients.ToArray();
            parameters.ZeroGradients();
            var loss = new SupervisedObjective(parameters, 0.1).Backward(pairs, seed: 0).Loss;
            return new Outcome(decoded_LD.ToArray(), gradients, loss, parameters.Gradients.ToArray());
        }

        public void AssertEqual(Outcome other)
        {
            Assert.Equal(Decoded, other.Decoded);
            Assert.Equal(Gradients, other.Gradients);
            Assert.Equal(Loss, other.Loss);
            Assert.Equal(StepGradients, other.StepGradients);
        }

        public void AssertNoGradient(Range row)
        {
            Assert.False(Gradients.AsSpan(row).ContainsAnyExcept(0));
            Assert.False(StepGradients.AsSpan(row).ContainsAnyExcept(0));
        }
    }
}
