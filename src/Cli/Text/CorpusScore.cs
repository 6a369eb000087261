using DistTrain.Shared.Metrics;
using BleuMetric = DistTrain.Shared.Metrics.Bleu;
using ChrFMetric = DistTrain.Shared.Metrics.ChrF;

namespace DistTrain.Cli.Text;

/// <summary>How well translations of a whole text agree with references.</summary>
/// <param name="ChrF">chrF2, 0 to 100.</param>
/// <param name="Signature">How the scores were computed, in sacreBLEU's words (Post 2018).</param>
internal sealed record CorpusScore(BleuScore Bleu, double ChrF, int Sentences, string Signature)
{
    /// <param name="references">For each reference file its lines. An empty line of a second or later file is no reference.</param>
    /// <param name="tokenize">13a, zh, char or none.</param>
    public static CorpusScore Of(IReadOnlyList<string> hypotheses, IReadOnlyList<IReadOnlyList<string>> references, string tokenize, bool lowercase)
    {
        var tokenizer = BleuTokenization.Parse(tokenize);
        var (bleu, chrF) = (BleuStatistics.Zero, ChrFStatistics.Zero);
        for (var line = 0; line < hypotheses.Count; line++)
        {
            string[] expected = [references[0][line], .. references.Skip(1).Select(file => file[line]).Where(text => text.Length > 0)];
            bleu += BleuMetric.Statistics(hypotheses[line], expected, tokenizer, lowercase);
            chrF += ChrFMetric.Statistics(hypotheses[line], expected, lowercase);
        }
        var signature = $"nrefs:{references.Count}|case:{(lowercase ? "lc" : "mixed")}|eff:no|tok:{tokenize}|smooth:exp";
        return new(bleu.Score(), chrF.Score(), hypotheses.Count, signature);
    }
}
