using CsCheck;
using DistTrain.Model.Decoding;
using DistTrain.Model.Translation;

namespace DistTrain.Model.Tests.Decoding;

public class SamplingTests
{
    private static readonly float[] SomeLogits = [float.NegativeInfinity, 2, -1, 0.5f, 1.5f, -3, 0.4f];

    private static readonly Gen<int[][]> Sources = Small.Sentence.Where(sentence => sentence.Length > 0).Array[1, 6];

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(3.0)]
    public void Choose_ManyTimes_DrawsByTheSoftmaxWithTemperature(double temperature)
    {
        const int draws = 40_000;
        var expected = Softmax(SomeLogits, temperature);
        var counts = Counts(new() { Temperature = temperature, Seed = 11 }, SomeLogits, draws);
        // Five standard deviations of a binomial share.
        for (var token = 0; token < counts.Length; token++)
            Assert.InRange(counts[token] / (double)draws, Low(expected[token]), High(expected[token]));

        static double Deviation(double share) => 5 * Math.Sqrt(share * (1 - share) / draws);
        static double Low(double share) => share - Deviation(share);
        static double High(double share) => share + Deviation(share);
    }

    [Theory]
    [InlineData(0.3, new[] { 1 })]
    [InlineData(0.6, new[] { 1, 4 })]
    [InlineData(0.8, new[] { 1, 3, 4 })]
    [InlineData(0.95, new[] { 1, 3, 4, 6 })]
    public void Choose_WithTopP_KeepsTheFewestThatHoldIt(double topP, int[] kept)
    {
        // Softmax: 0.479, 0.024, 0.107, 0.290, 0.003, 0.097 for tokens 1 to 6.
        var shares = Softmax(SomeLogits, 1);
        Assert.True(kept.Sum(token => shares[token]) >= topP);
        Assert.True(kept.Sum(token => shares[token]) - kept.Min(token => shares[token]) < topP);
        AssertDrawn(kept, new() { TopP = topP });
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(2, new[] { 1, 4 })]
    [InlineData(3, new[] { 1, 3, 4 })]
    [InlineData(99, new[] { 1, 2, 3, 4, 5, 6 })]
    public void Choose_WithTopK_KeepsTheLikeliest(int topK, int[] kept) => AssertDrawn(kept, new() { TopK = topK, Temperature = 3 });

    [Fact]
    public void Choose_WithTopKAndTopP_CutsByBothInThisOrder()
    {
        // Of the two likeliest, the first has 0.479 / (0.479 + 0.290) = 0.62.
        AssertDrawn([1], new() { TopK = 2, TopP = 0.6 });
        AssertDrawn([1, 4], new() { TopK = 2, TopP = 0.65 });
    }

    [Fact]
    public void Translate_SamplingOfTheLikeliestOnly_IsGreedySearch()
    {
        foreach (var (options, sources, seed) in Gen.Select(Small.AnyOptions, Sources, Gen.Long[0, 100]).Cases(15))
        {
            using var parameters = Small.Model(options, seed, scale: 2);
            var translator = new Translator(parameters.Model);
            var sampled = translator.Translate(sources, new() { Beam = 1, Sampling = new() { TopK = 1, Seed = seed } });
            Assert.Equal(translator.Translate(sources, new() { Beam = 1 }).Select(best => best.Tokens), sampled.Select(best => best.Tokens));
        }
    }

    [Fact]
    public void Translate_SamplingWithASeed_DoesNotDependOnCompanionsBatchesOrTheCache()
    {
        foreach (var (sources, seed) in Gen.Select(Sources, Gen.Long[0, 100]).Cases(15))
        {
            using var parameters = Small.Model(seed: seed);
            var translator = new Translator(parameters.Model);
            var options = new DecodingOptions { Beam = 1, Sampling = new() { Seed = seed } };
            var expected = translator.Translate(sources, options).Select(best => best.Tokens).ToList();
            Assert.Equal(expected, translator.Translate(sources, options with { TokensAtOnce = 1 }).Select(best => best.Tokens));
            Assert.Equal(expected, new Translator(parameters.Model) { UsesCache = false }.Translate(sources, options).Select(best => best.Tokens));
            for (var first = 0; first < sources.Length; first++)
                Assert.Equal(expected[first],
                    translator.Translate([sources[first]], options with { Sampling = new() { Seed = seed, FirstSentence = first } })[0].Tokens);
        }
    }

    [Fact]
    public void Translate_SamplingTheSameSentence_DiffersByItsNumberAndBySeed()
    {
        using var parameters = Small.Model();
        var sources = Enumerable.Repeat(new[] { 3, 4, 5, 6 }, 8).ToArray();
        var sampled = new[] { 1L,
            2 }.SelectMany(seed => new Translator(parameters.Model).Translate(sources, new() { Beam = 1, Sampling = new() { Seed = seed } }));
        Assert.Equal(16, sampled.Select(best => string.Join(' ', best.Tokens)).Distinct().Count());
    }

    [Fact]
    public void Translate_Sampling_GivesTheModelsOwnLogProbability()
    {
        using var parameters = Small.Model(scale: 2);
        int[][] sources = [[3, 4, 5], [6, 7]];
        var translator = new Translator(parameters.Model);
        var sampled = translator.Translate(sources, new() { Beam = 1, Sampling = new() { Temperature = 2, TopK = 5 } });
        foreach (var (best, forced) in sampled.Zip(translator.Score(sources, [.. sampled.Select(best => best.Tokens.ToArray())])))
            Close.Assert("log-probability", best.IsCut
                ? forced.TokenLogProbabilities.SkipLast(1).Sum() : forced.LogProbability, best.LogProbability, relative: 1e-5);
    }

    private static void AssertDrawn(int[] tokens, SamplingOptions options) =>
        Assert.Equal(tokens, Counts(options, SomeLogits, 4000).Index().Where(item => item.Item > 0).Select(item => item.Index));

    private static int[] Counts(SamplingOptions options, float[] logits, int draws)
    {
        var sampler = new SampledToken(options, sentence: 3);
        var counts = new int[logits.Length];
        Span<int> token = stackalloc int[1];
        for (var draw = 0; draw < draws; draw++)
        {
            Assert.Equal(1, sampler.Choose(logits, token));
            counts[token[0]]++;
        }
        return counts;
    }

    private static double[] Softmax(float[] logits, double temperature)
    {
        double[] weights = [.. logits.Select(logit => Math.Exp(logit / temperature))];
        return [.. weights.Select(weight => weight / weights.Sum())];
    }
}
