using System.Text.Json;
using DistTrain.Shared.Metrics;
using DistTrain.TestSupport;

namespace DistTrain.Shared.Tests.Metrics;

/// <summary>Every metric by every option against sacreBLEU's own numbers, on sentences of many scripts with empty and absent references.</summary>
public class GoldenOptionsTests
{
    private const double Tolerance = 1e-9;

    /// <summary>
    /// What few draws of two generators may differ by: five standard deviations of the difference of two shares, and more than nothing where both are
    /// next to 0.
    /// </summary>
    private static double SamplingError(double p, int samples) => 5 * Math.Sqrt(2 * Math.Max(p, 0.002) * (1 - p) / samples);

    [Fact]
    public void Score_EveryOption_EqualsSacreBleuInCorpusSentencesAndSignature()
    {
        foreach (var golden in Cases("scores"))
        {
            var hypotheses = Texts(golden.GetProperty("hyps"));
            var streams = golden.GetProperty("references").EnumerateArray()
                .Select(stream => stream.EnumerateArray().Select(text => text.GetString()).ToList()).ToList();
            var references = Enumerable.Range(0, hypotheses.Count)
                .Select(line => (IReadOnlyList<string>)[.. streams.Select(stream => stream[line]).OfType<string>()]).ToList();
            var signature = MetricSignature.Of(references.Select(line => line.Count));
            foreach (var expected in golden.GetProperty("scores").EnumerateArray())
            {
                var what = $"{golden.GetProperty("name").GetString()}: {expected.GetProperty("metric").GetString()} " +
                    $"{expected.GetProperty("options").GetRawText()}";
                var corpus = ScoredCorpus.Of(Metric(expected, ofSentences: false), hypotheses, references);
                AssertEqual(expected.GetProperty("score").GetDouble(), corpus.Score, what);
                Assert.Equal(expected.GetProperty("signature").GetString(), Plain(signature.Text(corpus.Metric)));
                foreach (var (score, own) in expected.GetProperty("sentences").EnumerateArray()
                    .Zip(ScoredCorpus.Of(Metric(expected, ofSentences: true), hypotheses, references).SentenceScores))
                    AssertEqual(score.GetDouble(), own, what);
            }
        }
    }

    [Fact]
    public void Significance_PairedTests_AgreeWithSacreBleuWithinSamplingError()
    {
        foreach (var golden in Cases("results"))
        {
            var systems = golden.GetProperty("systems").EnumerateArray().Select(Texts).ToList();
            var references = Texts(golden.GetProperty("references")[0]).ConvertAll(text => (IReadOnlyList<string>)[text]);
            foreach (var expected in golden.GetProperty("results").EnumerateArray()) AssertTest(expected, systems, references);
        }
    }

    private static void AssertTest(JsonElement expected, List<List<string>> systems, List<IReadOnlyList<string>> references)
    {
        var (metric, system, samples) = (Metric(expected, ofSentences: false), expected.GetProperty("system").GetInt32(),
            expected.GetProperty("samples").GetInt32());
        var isBootstrap = expected.GetProperty("test").GetString() == "bs";
        var (baseline, corpus) = (ScoredCorpus.Of(metric, systems[0], references), ScoredCorpus.Of(metric, systems[system], references));
        var signature = MetricSignature.Of(references.Select(line => line.Count))
            with { Resamples = isBootstrap ? samples : null, Trials = isBootstrap ? null : samples, Seed = Significance.Seed };

        Assert.Equal(expected.GetProperty("score").GetDouble(), corpus.Score, Tolerance);
        Assert.Equal(expected.GetProperty("signature").GetString(), Plain(signature.Text(metric)));
        if (isBootstrap)
        {
            var around = Significance.Bootstrap(corpus, samples);
            // The mean's own error, and that of the quantiles.
            Assert.Equal(expected.GetProperty("mean").GetDouble(), around.Mean, 5 * around.HalfWidth / Math.Sqrt(samples));
            Assert.InRange(around.HalfWidth / expected.GetProperty("half_width").GetDouble(), 0.85, 1.15);
        }
        if (system == 0) return;
        var p = isBootstrap ? Significance.PairedBootstrap(baseline, corpus, samples).P : Significance.PairedRandomization(baseline, corpus, samples);
        Assert.Equal(expected.GetProperty("p").GetDouble(), p, SamplingError(p, samples));
    }

    private static ICorpusMetric Metric(JsonElement golden, bool ofSentences)
    {
        var options = golden.TryGetProperty("options", out var given) ? given : default;
        return golden.GetProperty("metric").GetString() switch
        {
            "bleu" => CorpusMetric.OfBleu(BleuTokenizer.Parse(Word("tokenize") ?? "13a"), Is("lowercase"), ofSentences),
            "chrf" => CorpusMetric.OfChrF(new()
            {
                WordOrder = Number("word_order") ?? 0, Beta = Number("beta") ?? 2, Whitespace = Is("whitespace"),
                EpsilonSmoothing = Is("eps_smoothing"), Lowercase = Is("lowercase"),
            }),
            _ => CorpusMetric.OfTer(new()
            {
                CaseSensitive = Is("case_sensitive"),
                Normalized = Is("normalized"),
                NoPunctuation = Is("no_punct"),
                AsianSupport = Is("asian_support"),
            }),
        };

        JsonElement? Find(string name) => options.ValueKind == JsonValueKind.Object && options.TryGetProperty(name, out var value) ? value : null;
        bool Is(string name) => Find(name)?.GetBoolean() ?? false;
        int? Number(string name) => Find(name)?.GetInt32();
        string? Word(string name) => Find(name)?.GetString();
    }

    // sacreBLEU's version stands alone in its own signatures.
    private static string Plain(string signature) => signature[..signature.IndexOf("+DistTrain", StringComparison.Ordinal)];

    private static void AssertEqual(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= Tolerance, $"{what}: {expected} is expected, {actual} is computed.");

    private static List<string> Texts(JsonElement list) => [.. list.EnumerateArray().Select(text => text.GetString()!)];

    private static IEnumerable<JsonElement> Cases(string with) => Golden.Files("sacrebleu*.json")
        .SelectMany(file => JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray())
        .Where(golden => golden.TryGetProperty(with, out _));
}
