using CsCheck;
using DistTrain.Model.Decoding;
using DistTrain.Model.Modules;
using DistTrain.Model.Translation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using TorchSharp;
using static DistTrain.Model.Tests.Decoding.NaiveSearch;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Translation;

public partial class TranslatorTests
{
    /// <summary>What divides scores, the length of what is not repeated, and a length factor.</summary>
    private static readonly Gen<(LengthNormalization, int, double)> Lengths = Gen.Select(Gen.Enum<LengthNormalization>(), Gen.Int[0, 3],
        Gen.OneOf(0.5, 1.0, 4.0));

    private static readonly Gen<int[][]> Sources = Small.Sentence.Where(sentence => sentence.Length > 0).Array[1, 6];

    [Fact]
    public void Translate_Stopped_EndsInTheMiddle()
    {
        using var parameters = Small.Model();
        Assert.Throws<OperationCanceledException>(() =>
            new Translator(parameters.Model).Translate([[4, 5]], new DecodingOptions(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Translate_WithoutTheCache_FindsTheSame()
    {
        foreach (var (options, sources, beam, best, (normalization, sequence, factor), seed)
            in Gen.Select(Small.AnyOptions, Sources, Gen.Int[1, 5], Gen.Int[1, 5], Lengths, Gen.Long[0, 100]).Cases(40))
        {
            using var parameters = Small.Model(options, seed, scale: 2);
            var decoding = new DecodingOptions
            {
                Beam = beam, NBest = Math.Min(beam, best), Normalization = normalization, TokensAtOnce = 60, NoRepeatNgram = sequence,
                LengthFactor = factor, ExtraLength = 1, TextOf = Parity, Unknown = seed % 3 == 0 ? 5 : null,
            };
            var cached = new Translator(parameters.Model).TranslateNBest(sources, decoding);
            var recomputed = new Translator(parameters.Model) { UsesCache = false }.TranslateNBest(sources, decoding);
            foreach (var (one, other) in recomputed.SelectMany(list => list).Zip(cached.SelectMany(list => list), (one, other) => (one, other)))
            {
                Assert.Equal((one.IsCut, string.Join(' ', one.Tokens)), (other.IsCut, string.Join(' ', other.Tokens)));
                Close.Assert("log-probability", one.LogProbability, other.LogProbability, relative: 1e-5);
                Close.Assert("score", one.Score, other.Score, relative: 1e-5);
            }
        }
    }

    [Fact]
    public void TranslateNBest_WithABeamAsWideAsTheSpace_FindsTheExhaustiveOptima()
    {
        var cases = Gen.Select(Gen.Long[0, 1000], Gen.OneOf(0.0, 0.6, 1.0, 2.0), Gen.Enum<LengthNormalization>(), Gen.Int[0, 3], Gen.Int[1, 4],
            Gen.Int[3, 4].Array[1, 3]);
        foreach (var (seed, alpha, normalization, shortest, count, source) in cases.Cases(60))
        {
            // Two words and at most three of them: fifteen translations, of which at most eight begin differently.
            using var parameters = Small.Model(Small.Options with { VocabularySize = 5, MaxLength = 3 }, seed, scale: 2);
            var space = Enumerable.Range(shortest, 4 - shortest).SelectMany(Translations).ToArray();
            var scores = new Translator(parameters.Model).Score([.. space.Select(_ => source)], space);
            var best = space.Zip(scores, Scored).OrderByDescending(pair => pair.Score).Take(count).ToList();

            var options = new DecodingOptions { Beam = 8, NBest = count, LengthPenalty = alpha, Normalization = normalization, MinLength = shortest };
            var found = new Translator(parameters.Model).TranslateNBest([source], options)[0];
            Assert.Equal(best.Select(pair => pair.Tokens), found.Select(hypothesis => hypothesis.Tokens));
            Assert.Equal(best.Select(pair => pair.IsCut), found.Select(hypothesis => hypothesis.IsCut));
            foreach (var (expected, hypothesis) in best.Zip(found)) Close.Assert("score", expected.Score, hypothesis.Score, relative: 1e-4);

            (int[] Tokens, double Score, bool IsCut) Scored(int[] tokens, ForcedScore score)
            {
                var isCut = tokens.Length == 3 && Next(parameters.Model, source, tokens, 0) != SpecialTokens.Eos;
                return (tokens, isCut
                    ? score.TokenLogProbabilities.SkipLast(1).Sum() / Divisor(normalization, 3, alpha)
                    : score.LogProbability / Divisor(normalization, tokens.Length + 1, alpha), isCut);
            }
        }
    }

    [Fact]
    public void Translate_WithABeamOfOne_TakesTheBestTokenOfEachStep()
    {
        foreach (var (options, sources, sequence, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Int[0, 3], Gen.Long[0, 100]).Cases(30))
        {
            using var parameters = Small.Model(options with { MaxLength = 9 }, seed, scale: 2);
            var translations = new Translator(parameters.Model).Translate(sources, new DecodingOptions { Beam = 1, NoRepeatNgram = sequence });
            foreach (var (source, translation) in sources.Zip(translations))
                Assert.Equal(Greedy(parameters.Model, source, 9, sequence), (string.Join(' ', translation.Tokens), translation.IsCut));
        }
    }

    [Fact]
    public void TranslateNBest_WithRepetitionsForbidden_HasNone()
    {
        foreach (var (sources, beam, sequence, sampled, seed) in Gen.Select(Sources, Gen.Int[1, 4], Gen.Int[1, 4], Gen.Bool, Gen.Long[0, 100])
            .Cases(30))
        {
            using var parameters = Small.Model(seed: seed, scale: 2);
            var options = sampled ? new DecodingOptions { Beam = 1, Sampling = new() { Seed = seed } } : new() { Beam = beam, NBest = beam };
            var found = new Translator(parameters.Model).TranslateNBest(sources, options with { NoRepeatNgram = sequence }).SelectMany(best => best)
                .Select(best => best.Tokens.ToArray()).ToList();
            Assert.All(found, tokens => Assert.False(Repeats(tokens, sequence)));
            // The models repeat what they may: without the option the test would fail.
            if (sequence == 1)
                Assert.Contains(new Translator(parameters.Model).TranslateNBest(sources, options).SelectMany(best => best),
                    best => Repeats([.. best.Tokens], sequence));
        }
    }

    [Fact]
    public void TranslateNBest_WithAnUnknownToken_NeverSaysItWhicheverWayItSearches()
    {
        var said = new Dictionary<string, int>();
        foreach (var (sources, beam, sequence, precision, unknown, seed)
            in Gen.Select(Sources, Gen.Int[1, 4], Gen.Int[0, 2], Gen.Enum<DecodingPrecision>(), Gen.Int[SpecialTokens.Count, Small.Vocabulary - 1],
                Gen.Long[0, 100]).Cases(60))
        {
            using var parameters = Small.Model(seed: seed, scale: 2);
            foreach (var (way, usesCache, options) in new[]
            {
                ("beam", true, new DecodingOptions { Beam = beam, NBest = beam, Precision = precision }),
                ("beam, recomputed", false, new() { Beam = beam, NBest = beam }),
                ("whole rows", true, new() { Beam = beam, NBest = beam, NoRepeatNgram = sequence, MinLength = 3, Precision = precision }),
                ("sampled", true, new() { Beam = 1, Sampling = new() { Seed = seed } }),
            })
            {
                var translator = new Translator(parameters.Model) { UsesCache = usesCache };
                said[way] = said.GetValueOrDefault(way) + Found(options).Count(best => best.Tokens.Contains(unknown));
                Assert.All(Found(options with { Unknown = unknown }), best => Assert.DoesNotContain(unknown, best.Tokens));

                IEnumerable<Hypothesis> Found(DecodingOptions decoding) => translator.TranslateNBest(sources, decoding).SelectMany(best => best);
            }
        }
        // It is among what the models say when they may.
        Assert.All(said.Values, count => Assert.InRange(count, 5, int.MaxValue));
        Assert.Equal(4, said.Count);
    }

    [Fact]
    public void TranslateNBest_WithTexts_HasEachOnce()
    {
        var filled = 0;
        foreach (var (sources, beam, seed) in Gen.Select(Sources, Gen.Int[2, 5], Gen.Long[0, 100]).Cases(30))
        {
            using var parameters = Small.Model(seed: seed, scale: 2);
            var options = new DecodingOptions { Beam = beam, NBest = beam };
            var translator = new Translator(parameters.Model);
            foreach (var (all, found) in translator.TranslateNBest(sources, options)
                .Zip(translator.TranslateNBest(sources, options with { TextOf = Parity })))
            {
                var different = all.DistinctBy(best => Parity(best.Tokens)).ToList();
                Assert.Equal(found.Count, found.DistinctBy(best => Parity(best.Tokens)).Count());
                Assert.InRange(found.Count, different.Count, beam);
                if (different.Count < beam && found.Count == beam) filled++;
                Assert.Equal(found.OrderByDescending(best => best.Score), found);
                // What is the same as a better one makes room: nothing else is lost.
                Assert.All(different,
                    best => Assert.Contains(found, other => Parity(other.Tokens) == Parity(best.Tokens) || found[^1].Score >= best.Score));
            }
        }
        Assert.InRange(filled, 1, int.MaxValue);
    }

    [Theory]
    [InlineData(1, "2 4 8")]
    [InlineData(5, "10 20 40")]
    [InlineData(100, "200 400")]
    [InlineData(256, "512")]
    [InlineData(257, "")]
    [InlineData(int.MaxValue, "")]
    public void WiderBeams_OfAnyBeam_EndAtABoundOfTheirOwn(int beam, string expected) =>
        Assert.Equal(expected, string.Join(' ', Translator.WiderBeams(beam)));

    [Fact]
    public void Translate_OfASource_DoesNotDependOnItsCompanionsOrTheBatchSize()
    {
        foreach (var (options, sources, beam, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Int[1, 5], Gen.Long[0, 100]).Cases(30))
        {
            using var parameters = Small.Model(options, seed, scale: 2);
            var translator = new Translator(parameters.Model);
            var decoding = new DecodingOptions { Beam = beam, NoRepeatNgram = (int)(seed % 4), LengthFactor = 1, ExtraLength = (int)(seed % 5) };
            var together = translator.Translate(sources, decoding);
            var alone = translator.Translate(sources, decoding with { TokensAtOnce = 1 });
            foreach (var (one, other) in alone.Zip(together))
            {
                Assert.Equal(one.Tokens, other.Tokens);
                Close.Assert("score", one.Score, other.Score, relative: 1e-4);
            }
        }
    }

    [Fact]
    public void TranslateNBest_OfAnySources_GivesDifferentOnesSortedWithTheScoresOfForcedDecoding() =>
        Gen.Select(Sources, Gen.Int[1, 5], Gen.Enum<LengthNormalization>(), Gen.Long[0, 100]).Sample((sources, beam, normalization, seed) =>
    {
        using var parameters = Small.Model(seed: seed);
        var options = new DecodingOptions { Beam = beam, NBest = beam, Normalization = normalization };
        var translator = new Translator(parameters.Model);
        foreach (var (source, best) in sources.Zip(translator.TranslateNBest(sources, options)))
        {
            Assert.Equal(beam, best.Count);
            Assert.Equal(best.Count, best.Select(hypothesis => string.Join(' ', hypothesis.Tokens)).Distinct().Count());
            Assert.Equal(best.OrderByDescending(hypothesis => hypothesis.Score), best);
            var forced = translator.Score([.. best.Select(_ => source)], [.. best.Select(hypothesis => hypothesis.Tokens.ToArray())]);
            foreach (var (hypothesis, score) in best.Zip(forced))
            {
                Assert.Equal(hypothesis.Tokens.Count + 1, score.TokenLogProbabilities.Count);
                var expected = hypothesis.IsCut ? score.TokenLogProbabilities.SkipLast(1).Sum() : score.LogProbability;
                Close.Assert("log-probability", expected, hypothesis.LogProbability, relative: 2e-5, absolute: 1e-4);
                if (!hypothesis.IsCut) Close.Assert("score", score.Score(options), hypothesis.Score, relative: 2e-5, absolute: 1e-4);
                Close.Assert("definition",
                    hypothesis.LogProbability / Divisor(normalization, hypothesis.Tokens.Count + (hypothesis.IsCut ? 0 : 1), 0.6), hypothesis.Score);
            }
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
    public void Translate_WithAModelThatDiverged_Fails()
    {
        using var parameters = Small.Model();
        parameters.ChangeValues().Host.Span.Fill(float.NaN);
        foreach (var beam in new[] { 1, 3 })
            Assert.Throws<InvalidDataException>(() => new Translator(parameters.Model).Translate([[3, 4]], new DecodingOptions { Beam = beam }));
    }

    [Fact]
    public void Translate_ManyTimes_LeavesNoTensorBehind()
    {
        using var parameters = Small.Model();
        var translator = new Translator(parameters.Model);
        int[][] sources = [[3, 4, 5], [6], [7, 8, 9, 10]];
        Small.AssertNothingIsLeft(() => translator.Translate(sources, new DecodingOptions()));
        Small.AssertNothingIsLeft(() => new Translator(parameters.Model) { UsesCache = false }.Translate(sources, new DecodingOptions()));
        Small.AssertNothingIsLeft(() => translator.Score(sources, sources));
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
}
