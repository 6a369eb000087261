using CsCheck;
using DistTrain.Model.Decoding;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Decoding;

public class TranslatorTests
{
    private static readonly Gen<int[][]> Sources = Small.Sentence.Where(sentence => sentence.Length > 0).Array[1, 6];

    [Fact]
    public void Step_WithCachedKeysAndValues_GivesTheLogitsOfAFullPass() => Gen.Select(Small.AnyOptions, Small.Sentence, Small.Sentence).Sample((options, source, target) =>
    {
        using var parameters = Small.Model(options);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var model = parameters.Model;
        var sources = TokenMatrix.Sources([source]);
        var inputs = TokenMatrix.TargetInputs([target]);
        var expected = model.Project(model.Decode(inputs, model.Encode(sources), sources))[0];
        using var cache = model.StartDecoding(sources);
        for (var position = 0; position <= target.Length; position++)
            Close.Assert($"position {position}", expected[position].ToArray(), model.Step(inputs[.., position], cache).ToArray());
    }, iter: 40, threads: 1);

    [Fact]
    public void Translate_WithABeamAsWideAsTheSpace_FindsTheExhaustiveOptimum()
    {
        foreach (var (seed, alpha, source) in Gen.Select(Gen.Long[0, 1000], Gen.OneOf(0.0, 0.6, 2.0), Gen.Int[3, 4].Array[1, 3]).Cases(60))
        {
            // Two words and at most three of them: fifteen translations, of which at most eight begin differently.
            using var parameters = Small.Model(Small.Options with { VocabularySize = 5, MaxLength = 3 }, seed, scale: 2);
            var space = Enumerable.Range(0, 4).SelectMany(Translations).ToArray();
            var scores = SequenceScores.LogProbabilities(parameters.Model, new SentencePairs([.. space.Select(_ => source)], space));
            var best = space.Zip(scores, (tokens, score) => (tokens, score: score / Math.Pow((5 + tokens.Length + 1) / 6.0, alpha))).MaxBy(pair => pair.score);

            var found = new Translator(parameters.Model).Translate([source], new DecodingOptions { Beam = 8, LengthPenalty = alpha })[0];
            Close.Assert("score", best.score, found.Score, relative: 1e-4);
            Assert.Equal(best.tokens, found.Tokens);
        }
    }

    [Fact]
    public void Translate_WithABeamOfOne_TakesTheBestTokenOfEachStep()
    {
        foreach (var (options, sources, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Long[0, 100]).Cases(30))
        {
            using var parameters = Small.Model(options with { MaxLength = 9 }, seed, scale: 2);
            var translations = new Translator(parameters.Model).Translate(sources, new DecodingOptions { Beam = 1 });
            foreach (var (source, translation) in sources.Zip(translations)) Assert.Equal(Greedy(parameters.Model, source, 9), translation.Tokens);
        }
    }

    [Fact]
    public void Translate_OfASource_DoesNotDependOnItsCompanionsOrTheBatchSize()
    {
        foreach (var (options, sources, beam, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Int[1, 5], Gen.Long[0, 100]).Cases(30))
        {
            using var parameters = Small.Model(options, seed, scale: 2);
            var translator = new Translator(parameters.Model);
            var together = translator.Translate(sources, new DecodingOptions { Beam = beam });
            var alone = translator.Translate(sources, new DecodingOptions { Beam = beam, TokensAtOnce = 1 });
            foreach (var (one, other) in alone.Zip(together))
            {
                Assert.Equal(one.Tokens, other.Tokens);
                Close.Assert("score", one.Score, other.Score, relative: 1e-4);
            }
        }
    }

    [Fact]
    public void Translate_GivesTheLogProbabilityOfWhatItSays() => Gen.Select(Sources, Gen.Int[1, 5], Gen.Long[0, 100]).Sample((sources, beam, seed) =>
    {
        using var parameters = Small.Model(seed: seed, scale: 2);
        var translations = new Translator(parameters.Model).Translate(sources, new DecodingOptions { Beam = beam, LengthPenalty = 0.6 });
        var scores = SequenceScores.LogProbabilities(parameters.Model, new SentencePairs(sources, [.. translations.Select(translation => translation.Tokens.ToArray())]));
        foreach (var (translation, score) in translations.Zip(scores))
        {
            Close.Assert("log-probability", score, translation.LogProbability, relative: 1e-4, absolute: 1e-4);
            Close.Assert("score", translation.LogProbability / Math.Pow((6 + translation.Tokens.Count) / 6.0, 0.6), translation.Score);
        }
    }, iter: 30, threads: 1);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Translate_OfEmptySources_GivesEmptyTranslationsInTheirPlaces(int beam)
    {
        using var parameters = Small.Model();
        var translator = new Translator(parameters.Model);
        Assert.Empty(translator.Translate([], new DecodingOptions { Beam = beam }));
        var translations = translator.Translate([[], [3, 4], []], new DecodingOptions { Beam = beam });
        Assert.Equal(3, translations.Count);
        Assert.Empty(translations[0].Tokens);
        Assert.Empty(translations[2].Tokens);
        Assert.Equal(translator.Translate([[3, 4]], new DecodingOptions { Beam = beam })[0].Tokens, translations[1].Tokens);
    }

    [Fact]
    public void Translate_WhenTheModelNeverEnds_StopsAtTheBounds()
    {
        using var parameters = Small.Model(Small.Options with { TieEmbeddings = false, MaxLength = 12 });
        NeverSay(parameters.Model, SpecialTokens.Eos);
        var translator = new Translator(parameters.Model);
        foreach (var beam in new[] { 1, 4 })
        {
            Assert.Equal(12, translator.Translate([[3, 4, 5]], new DecodingOptions { Beam = beam })[0].Tokens.Count);
            Assert.Equal(5, translator.Translate([[3, 4, 5]], new DecodingOptions { Beam = beam, ExtraLength = 2 })[0].Tokens.Count);
        }
    }

    [Fact]
    public void Translate_OfABeamOrPenaltyOutOfRange_IsRefused()
    {
        using var parameters = Small.Model();
        var translator = new Translator(parameters.Model);
        Assert.Throws<ArgumentOutOfRangeException>(() => translator.Translate([[3]], new DecodingOptions { Beam = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => translator.Translate([[3]], new DecodingOptions { LengthPenalty = -1 }));
    }

    [Fact]
    public void Translate_ManyTimes_LeavesNoTensorBehind()
    {
        using var parameters = Small.Model();
        var translator = new Translator(parameters.Model);
        int[][] sources = [[3, 4, 5], [6], [7, 8, 9, 10]];
        Small.AssertNothingIsLeft(() => translator.Translate(sources, new DecodingOptions()));
    }

    /// <summary>The output's row for a token points away from wherever the decoder's norm can lead.</summary>
    private static void NeverSay(Transformer model, int token)
    {
        using var noGradient = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (name == "decoder.layers.1.norm3.bias") parameter.fill_(10);
            if (name == "output_projection.weight") parameter[token].fill_(-10);
        }
    }

    private static IEnumerable<int[]> Translations(int length) =>
        length == 0 ? [[]] : Translations(length - 1).SelectMany(shorter => new[] { 3, 4 }.Select(token => (int[])[.. shorter, token]));

    /// <summary>A full pass for every token, without cache or batch.</summary>
    private static List<int> Greedy(Transformer model, int[] source, int maxLength)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var tokens = new List<int>();
        var sources = TokenMatrix.Sources([source]);
        var memory = model.Encode(sources);
        while (tokens.Count < maxLength)
        {
            var logits = model.Project(model.Decode(TokenMatrix.TargetInputs([[.. tokens]]), memory, sources))[0, tokens.Count].ToArray();
            logits[SpecialTokens.Pad] = logits[SpecialTokens.Bos] = float.NegativeInfinity;
            var best = Array.IndexOf(logits, logits.Max());
            if (best == SpecialTokens.Eos) break;
            tokens.Add(best);
        }
        return tokens;
    }
}
