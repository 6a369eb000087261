using CsCheck;
using DistTrain.Model.Decoding;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Decoding;

public class TranslatorTests
{
    private static readonly Gen<int[][]> Sources = Small.Sentence.Where(sentence => sentence.Length > 0).Array[1, 6];

    [Fact]
    public void Next_WithCachedKeysAndValues_GivesWhatAFullPassGives() => Gen.Select(Small.AnyOptions, Sources, Gen.Int[1, 4], Gen.Long[0, 100]).Sample((options, sources, width, seed) =>
    {
        using var parameters = Small.Model(options, seed);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var (beams, random) = (Beams(sources, width), new DeterministicRandom(seed));
        using var cached = new CachedSteps(parameters.Model, sources, beams);
        using var recomputed = new RecomputedSteps(parameters.Model, sources, beams);
        for (var position = 0; position < 6 && beams.Any(beam => !beam.IsDone); position++)
        {
            var (expected, actual) = (recomputed.Next(), cached.Next());
            Assert.Equal(expected.shape, actual.shape);
            Close.Assert($"position {position}", expected.ToArray(), actual.ToArray(), relative: 1e-4);
            // Parents, tokens and ends at random: beams change their order, lose hypotheses and are done.
            foreach (var beam in beams.Where(beam => !beam.IsDone)) beam.Advance([.. Enumerable.Range(0, 2 * width).Select(_ => new Beam.Candidate(random.Pick(beam.Live), 2 + random.Next(9), -random.NextDouble()))]);
        }
    }, iter: 40, threads: 1);

    [Fact]
    public void Translate_Stopped_EndsInTheMiddle()
    {
        using var parameters = Small.Model();
        Assert.Throws<OperationCanceledException>(() => new Translator(parameters.Model).Translate([[4, 5]], new DecodingOptions(), new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Translate_WithoutTheCache_FindsTheSame()
    {
        foreach (var (options, sources, beam, best, normalization, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Int[1, 5], Gen.Int[1, 5], Gen.Enum<LengthNormalization>(), Gen.Long[0, 100]).Cases(40))
        {
            using var parameters = Small.Model(options, seed, scale: 2);
            var decoding = new DecodingOptions { Beam = beam, NBest = Math.Min(beam, best), Normalization = normalization, TokensAtOnce = 60 };
            var cached = new Translator(parameters.Model).TranslateNBest(sources, decoding);
            var recomputed = new Translator(parameters.Model) { UsesCache = false }.TranslateNBest(sources, decoding);
            foreach (var (one, other) in recomputed.SelectMany(list => list).Zip(cached.SelectMany(list => list), (one, other) => (one, other)))
            {
                Assert.Equal(one.Tokens, other.Tokens);
                Close.Assert("log-probability", one.LogProbability, other.LogProbability, relative: 1e-5);
                Close.Assert("score", one.Score, other.Score, relative: 1e-5);
            }
        }
    }

    [Fact]
    public void TranslateNBest_WithABeamAsWideAsTheSpace_FindsTheExhaustiveOptima()
    {
        var cases = Gen.Select(Gen.Long[0, 1000], Gen.OneOf(0.0, 0.6, 1.0, 2.0), Gen.Enum<LengthNormalization>(), Gen.Int[0, 3], Gen.Int[1, 4], Gen.Int[3, 4].Array[1, 3]);
        foreach (var (seed, alpha, normalization, shortest, count, source) in cases.Cases(60))
        {
            // Two words and at most three of them: fifteen translations, of which at most eight begin differently.
            using var parameters = Small.Model(Small.Options with { VocabularySize = 5, MaxLength = 3 }, seed, scale: 2);
            var space = Enumerable.Range(shortest, 4 - shortest).SelectMany(Translations).ToArray();
            var scores = SequenceScores.LogProbabilities(parameters.Model, new SentencePairs([.. space.Select(_ => source)], space));
            var best = space.Zip(scores, (tokens, score) => (tokens, score: score / Divisor(normalization, tokens.Length + 1, alpha))).OrderByDescending(pair => pair.score).Take(count).ToList();

            var options = new DecodingOptions { Beam = 8, NBest = count, LengthPenalty = alpha, Normalization = normalization, MinLength = shortest };
            var found = new Translator(parameters.Model).TranslateNBest([source], options)[0];
            Assert.Equal(best.Select(pair => pair.tokens), found.Select(hypothesis => hypothesis.Tokens));
            foreach (var (expected, hypothesis) in best.Zip(found)) Close.Assert("score", expected.score, hypothesis.Score, relative: 1e-4);
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
                Close.Assert("log-probability", score.LogProbability, hypothesis.LogProbability, relative: 2e-5, absolute: 1e-4);
                Close.Assert("score", score.Score(options), hypothesis.Score, relative: 2e-5, absolute: 1e-4);
                Close.Assert("definition", hypothesis.LogProbability / Divisor(normalization, hypothesis.Tokens.Count + 1, 0.6), hypothesis.Score);
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
    public void Translate_WithLengths_KeepsThem()
    {
        foreach (var (sources, beam, shortest, more, seed) in Gen.Select(Sources, Gen.Int[1, 4], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Long[0, 100]).Cases(20))
        {
            using var parameters = Small.Model(seed: seed, scale: 2);
            var options = new DecodingOptions { Beam = beam, NBest = beam, MinLength = shortest, MaxLength = Math.Max(1, shortest + more), ExtraLength = 2 };
            foreach (var (source, best) in sources.Zip(new Translator(parameters.Model).TranslateNBest(sources, options)))
                Assert.All(best, hypothesis => Assert.InRange(hypothesis.Tokens.Count, shortest, Math.Min(options.MaxLength.Value, Math.Max(shortest, source.Length + 2))));
        }
    }

    public static TheoryData<DecodingOptions, string> WrongOptions => new()
    {
        { new() { Beam = 0 }, "The beam is 0, but must be at least 1 (greedy search)." },
        { new() { LengthPenalty = -1 }, "The length penalty is -1, but must be at least 0 (off)." },
        { new() { LengthPenalty = double.NaN }, "The length penalty is NaN, but must be at least 0 (off)." },
        { new() { NBest = 0 }, "0 best translations are asked for. Ask for at least 1." },
        { new() { Beam = 2, NBest = 3 }, "3 best translations are asked for, but a beam of 2 finds at most as many as it is wide. Widen the beam to 3 or more." },
        { new() { MaxLength = 21 }, "The maximum length is 21, but must be from 1 to the 20 tokens (max_length) of the model." },
        { new() { MinLength = 5, MaxLength = 4 }, "The minimum length is 5, but must be from 0 to the maximum length of 4." },
        { new() { Sampling = new() }, "Sampling follows one hypothesis, but the beam is 4. Sample with a beam of 1." },
        { new() { Beam = 1, Sampling = new() { Temperature = 0 } }, "The temperature is 0, but must be greater than 0. For the likeliest tokens, search instead of sampling." },
        { new() { Beam = 1, Sampling = new() { TopK = -1 } }, "top-k is -1, but must be at least 0 (all tokens)." },
        { new() { Beam = 1, Sampling = new() { TopP = 1.1 } }, "top-p is 1.1, but must be greater than 0 and at most 1 (all tokens)." },
    };

    [Theory]
    [MemberData(nameof(WrongOptions), DisableDiscoveryEnumeration = true)]
    public void TranslateNBest_WithWrongOptions_SaysWhatIsWrong(DecodingOptions options, string problem)
    {
        using var parameters = Small.Model();
        Assert.StartsWith(problem, Assert.Throws<ArgumentException>(() => new Translator(parameters.Model).TranslateNBest([[3]], options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Translate_WithAModelThatDiverged_Fails()
    {
        using var parameters = Small.Model();
        parameters.Values.Fill(float.NaN);
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

    private static Beam[] Beams(int[][] sources, int width) =>
        [.. sources.Select((_, index) => new Beam(index, 99, new DecodingOptions { Beam = width, NBest = width }, new LikeliestTokens()))];

    private static IEnumerable<int[]> Translations(int length) =>
        length == 0 ? [[]] : Translations(length - 1).SelectMany(shorter => new[] { 3, 4 }.Select(token => (int[])[.. shorter, token]));

    private static double Divisor(LengthNormalization normalization, int length, double alpha) =>
        Math.Pow(normalization == LengthNormalization.Plain ? length : (5 + length) / 6.0, alpha);

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
