using System.Globalization;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Scoring;

/// <summary>A report as people read it, in lines of at most 80 characters but for signatures.</summary>
internal static class ScoreText
{
    private const int NameWidth = 40;
    private const double Significant = 0.05;

    public static IEnumerable<string> Lines(ScoreReport report) => report.Systems.Count == 1 && !report.Choice.Confidence
        ? One(report) : Several(report);

    /// <summary>The metrics of each sentence, parted by tabs.</summary>
    public static IEnumerable<string> Sentences(ScoreReport report)
    {
        var scores = report.Metrics.Select(metric => metric.Scores[0].Corpus.SentenceScores.ToList()).ToList();
        return Enumerable.Range(0, report.Sentences)
            .Select(line => string.Join('\t', [Text(line + 1), .. scores.Select(metric => Text(metric[line]))]))
            .Prepend(string.Join('\t', ["line", .. report.Metrics.Select(metric => metric.Metric.Name)]));
    }

    private static IEnumerable<string> One(ScoreReport report) =>
        [
            .. report.Metrics.Select(
                metric => $"{metric.Metric.Name} " +
                    $"{Text(metric.Scores[0].Corpus.Score)}{(metric.Name == CorpusMetric.Bleu ? Made(report.Bleu(0)!) : "")}"),
            MetricText.Count(report.Sentences, "sentence"),
            .. report.Metrics.Select(metric => $"{metric.Metric.Name} {metric.Signature}"),
        ];

    private static string Made(BleuScore bleu)
    {
        var precisions = string.Join("/", bleu.Precisions.Select(precision => precision.ToString("F1", CultureInfo.InvariantCulture)));
        return string.Create(CultureInfo.InvariantCulture, $" {precisions} (brevity penalty {bleu.BrevityPenalty:F3}, {bleu.HypothesisLength} " +
            $"words for {bleu.ReferenceLength})");
    }

    private static IEnumerable<string> Several(ScoreReport report)
    {
        var choice = report.Choice;
        foreach (var metric in report.Metrics)
        {
            yield return Row(metric.Metric.Name, "score", choice.Confidence ? "95 % interval" : "", choice.IsPaired ? "p" : "");
            foreach (var (system, score) in report.Systems.Zip(metric.Scores))
                yield return Row(
                    $"  {system}", Text(score.Corpus.Score), score.Confidence is { } around ? $"{Text(around.Mean)} ± {Text(around.HalfWidth)}" : "",
                    score.P is { } p ? p.ToString("F4", CultureInfo.InvariantCulture) + (p < Significant ? "*" : " ") : "");
            yield return $"  {metric.Signature}";
        }
        yield return MetricText.Count(report.Sentences, "sentence");
        if (choice.Confidence)
            yield return string.Create(CultureInfo.InvariantCulture, $"95 % interval: mean and half width of {choice.Resamples} bootstrap resamples");
        if (!choice.IsPaired) yield break;
        yield return choice.Bootstrap
            ? string.Create(CultureInfo.InvariantCulture, $"p: paired bootstrap against the first system, {choice.Resamples} resamples")
            : string.Create(CultureInfo.InvariantCulture, $"p: approximate randomisation against the first system, {choice.Trials} trials");
        yield return "*: below 0.05; chance alone seldom makes such a difference";
    }

    private static string Row(string name, string score, string interval, string p) =>
        string.Create(CultureInfo.InvariantCulture, $"{Short(name),-NameWidth}{score,8}{interval,18}{p,10}").TrimEnd();

    // The end of a path tells files apart.
    private static string Short(string name) => name.Length < NameWidth ? name : $"  ...{name[^(NameWidth - 6)..]}";

    private static string Text(double value) => value.ToString("F2", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
