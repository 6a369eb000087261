using System.Text.Json;
using DistTrain.Shared.Metrics;
using DistTrain.TestSupport;

namespace DistTrain.Shared.Tests.Metrics;

/// <summary>BLEU and chrF against sacreBLEU's own numbers.</summary>
public class GoldenMetricsTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void BleuAndChrF_GoldenCases_EqualSacreBleu()
    {
        foreach (var file in Golden.Files("sacrebleu*.json"))
            foreach (var golden in JsonDocument.Parse(File.ReadAllText(file)).RootElement.EnumerateArray()
                .Where(golden => golden.TryGetProperty("refs", out _)))
                AssertEqual(golden);
    }

    private static void AssertEqual(JsonElement golden)
    {
        var tokenizer = BleuTokenizer.Parse(golden.GetProperty("tokenize").GetString()!);
        var lowercase = golden.GetProperty("lowercase").GetBoolean();
        var pairs = Texts(golden, "hyps").Zip(Texts(golden, "refs")).ToList();
        var sentences = pairs.ConvertAll(pair => Bleu.Statistics(pair.First, [pair.Second], tokenizer, lowercase));
        var expected = golden.GetProperty("expect");

        var corpus = sentences.Aggregate(BleuStatistics.Zero, (sum, part) => sum + part).Score();
        Assert.Equal(expected.GetProperty("bleu").GetDouble(), corpus.Score, Tolerance);
        Assert.Equal(expected.GetProperty("brevity_penalty").GetDouble(), corpus.BrevityPenalty, Tolerance);
        Assert.Equal(expected.GetProperty("sys_len").GetInt64(), corpus.HypothesisLength);
        Assert.Equal(expected.GetProperty("ref_len").GetInt64(), corpus.ReferenceLength);
        foreach (var (precision, computed) in expected.GetProperty("precisions").EnumerateArray().Zip(corpus.Precisions))
            Assert.Equal(precision.GetDouble(), computed, Tolerance);
        if (expected.TryGetProperty("sentence_bleu", out var single))
            foreach (var (score, sentence) in single.EnumerateArray().Zip(sentences))
                Assert.Equal(score.GetDouble(), sentence.Score(effectiveOrder: true).Score, Tolerance);

        var chrF = pairs.Aggregate(ChrFStatistics.Zero, (sum, pair) => sum + ChrF.Statistics(pair.First, [pair.Second]));
        Assert.Equal(expected.GetProperty("chrf2").GetDouble(), chrF.Score(), Tolerance);
    }

    private static IEnumerable<string> Texts(JsonElement golden, string name) =>
        golden.GetProperty(name).EnumerateArray().Select(text => text.GetString()!);
}
