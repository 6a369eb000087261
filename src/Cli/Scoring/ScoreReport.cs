using DistTrain.Cli.Terminal;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Scoring;

/// <summary>One system by one metric.</summary>
/// <param name="P">Of the difference from the first system; null: it is not tested.</param>
internal sealed record SystemScore(ScoredCorpus Corpus, Confidence? Confidence, double? P);

/// <summary>All systems by one metric.</summary>
/// <param name="Name">As options name it.</param>
/// <param name="Scores">In the order of the systems.</param>
internal sealed record MetricScores(string Name, ICorpusMetric Metric, string Signature, IReadOnlyList<SystemScore> Scores);

/// <summary>Several systems' translations of the same sentences, scored.</summary>
/// <param name="Systems">Their files; the first is the baseline.</param>
internal sealed record ScoreReport(IReadOnlyList<string> Systems, int Sentences, SignificanceChoice Choice, IReadOnlyList<MetricScores> Metrics)
{
    // With fewer, the shares of trials can take few values, and p-values say little.
    private const int FewestDifferences = 10;

    public static ScoreReport Of(
        IReadOnlyList<(string Name, IReadOnlyList<string> Lines)> systems, IReadOnlyList<IReadOnlyList<string>> references,
        IReadOnlyList<(string Name, ICorpusMetric Metric)> metrics, SignificanceChoice choice)
    {
        var signature = choice.Sign(MetricSignature.Of(references.Select(line => line.Count)));
        return new([.. systems.Select(system => system.Name)], references.Count, choice, [.. metrics.Select(each =>
        {
            var corpora = systems.Select(system => ScoredCorpus.Of(each.Metric, system.Lines, references)).ToList();
            return new MetricScores(each.Name, each.Metric, signature.Text(each.Metric),
                [.. corpora.Select((corpus, index) => choice.Of(corpus, index == 0 ? null : corpora[0]))]);
        })]);
    }

    /// <summary>Systems that are too much alike for a test.</summary>
    public IEnumerable<string> Notices() => !Choice.IsPaired ? [] :
        from metric in Metrics
        from entry in metric.Scores.Skip(1).Index()
        let differing = entry.Item.Corpus.Differing(metric.Scores[0].Corpus)
        where differing < FewestDifferences
        select ($"By {metric.Metric.Name}, '{Systems[entry.Index + 1]}' differs from '{Systems[0]}' in {MetricText.Count(differing, "sentence")} of "
            +
        $"{Sentences}. That is too few for a test: the p-value says little.");

    /// <summary>A system as a line of JSON.</summary>
    public string Json(int system)
    {
        var line = new Dictionary<string, object> { ["system"] = Systems[system], ["sentences"] = Sentences };
        foreach (var metric in Metrics) line[metric.Name] = metric.Scores[system].Corpus.Score;
        line["signature"] = Metrics[0].Signature;
        if (Bleu(system) is { } bleu)
        {
            (line["precisions"], line["brevity_penalty"]) = (bleu.Precisions, bleu.BrevityPenalty);
            (line["hypothesis_length"], line["reference_length"]) = (bleu.HypothesisLength, bleu.ReferenceLength);
        }
        line["signatures"] = Metrics.ToDictionary(metric => metric.Name, metric => metric.Signature);
        if (Choice.Confidence) line["confidence"] = Metrics.ToDictionary(metric => metric.Name, metric => metric.Scores[system].Confidence);
        if (Choice.IsPaired && system > 0) line["p_values"] = Metrics.ToDictionary(metric => metric.Name, metric => metric.Scores[system].P);
        return JsonLine.Of(line);
    }

    /// <summary>Each sentence of the first system as a line of JSON.</summary>
    public IEnumerable<string> JsonOfSentences()
    {
        var scores = Metrics.Select(metric => (metric.Name, Scores: metric.Scores[0].Corpus.SentenceScores.ToList())).ToList();
        return Enumerable.Range(0, Sentences).Select(sentence =>
        {
            var line = new Dictionary<string, object> { ["line"] = sentence + 1 };
            foreach (var metric in scores) line[metric.Name] = metric.Scores[sentence];
            return JsonLine.Of(line);
        });
    }

    /// <summary>BLEU and what it is made of; null when it is not asked for.</summary>
    public BleuScore? Bleu(int system) => Metrics.FirstOrDefault(metric => metric.Name == CorpusMetric.Bleu) is { } metric
        ? BleuStatistics.FromArray([.. metric.Scores[system].Corpus.Sums]).Score()
        : null;
}
