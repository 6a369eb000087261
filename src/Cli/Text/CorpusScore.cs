using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Text;

/// <summary>How well translations of a whole text agree with references.</summary>
/// <param name="ChrF">chrF2, 0 to 100.</param>
/// <param name="Signature">How BLEU was computed, in sacreBLEU's words (Post 2018).</param>
/// <param name="ChrFSignature">How chrF was.</param>
/// <param name="Warning">What is wrong with the tokenization for this text; null: nothing.</param>
internal sealed record CorpusScore(BleuScore Bleu, double ChrF, int Sentences, string Signature, string ChrFSignature, string? Warning)
{
    /// <param name="references">For each reference of a sentence a list of all sentences' texts: null is no reference, an empty text one of no
    /// words.</param>
    /// <param name="tokenizer">Of BLEU.</param>
    public static CorpusScore Of(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string?>> references, BleuTokenizer tokenizer,
        bool lowercase)
    {
        var (own, expected) = (LineReferences.Trimmed(hypotheses), LineReferences.Of(references, skipEmpty: false).Lines);
        var bleu = ScoredCorpus.Of(CorpusMetric.OfBleu(tokenizer, lowercase), own, expected);
        var chrF = ScoredCorpus.Of(CorpusMetric.OfChrF(new() { Lowercase = lowercase }), own, expected);
        var signature = MetricSignature.Of(expected.Select(line => line.Count));
        return new(BleuStatistics.FromArray([.. bleu.Sums]).Score(), chrF.Score, hypotheses.Count, signature.Text(bleu.Metric),
            signature.Text(chrF.Metric),
            UnspacedText.Warning(tokenizer, expected.SelectMany(line => line)));
    }
}
