namespace DistTrain.Shared.Metrics;

/// <summary>The metrics that translations are scored by.</summary>
public static class CorpusMetric
{
    /// <summary>
    /// Names of metrics that need translations, as job files and options write them; <c>chrf++</c> is chrF with words and pairs of words.
    /// </summary>
    public const string Bleu = "bleu", ChrF = "chrf", ChrFPlusPlus = "chrf++", Ter = "ter";

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> Names { get; } = [Bleu, ChrF, ChrFPlusPlus, Ter];

    /// <summary>BLEU. For single sentences, <paramref name="effectiveOrder"/> takes no more orders than there are n-grams of.</summary>
    public static ICorpusMetric OfBleu(BleuTokenizer tokenizer, bool lowercase = false, bool effectiveOrder = false) =>
        new BleuMetric(tokenizer, lowercase, effectiveOrder);

    /// <param name="options">Null: the defaults.</param>
    public static ICorpusMetric OfChrF(ChrFOptions? options = null) => new ChrFMetric(options ?? new());

    /// <param name="options">Null: the defaults.</param>
    public static ICorpusMetric OfTer(TerOptions? options = null) => new TerMetric(options ?? new());

    private static string Case(bool isLower) => isLower ? "case:lc" : "case:mixed";

    private static string YesOrNo(bool value) => value ? "yes" : "no";

    private sealed class BleuMetric(BleuTokenizer tokenizer, bool lowercase, bool effectiveOrder) : ICorpusMetric
    {
        public string Name => "BLEU";

        public string Settings => $"{Case(lowercase)}|eff:{YesOrNo(effectiveOrder)}|tok:{tokenizer.Name}|smooth:exp";

        public int Length => BleuStatistics.Length;

        public double[] Statistics(string hypothesis, IReadOnlyList<string> references) =>
            Metrics.Bleu.Statistics(hypothesis, references, tokenizer, lowercase).ToArray();

        public double Score(ReadOnlySpan<double> sums) => BleuStatistics.FromArray(sums).Score(effectiveOrder).Score;
    }

    private sealed class ChrFMetric(ChrFOptions options) : ICorpusMetric
    {
        public string Name => $"chrF{options.Beta}{new string('+', options.WordOrder)}";

        public string Settings =>
            $"{Case(options.Lowercase)}|eff:{YesOrNo(!options.EpsilonSmoothing)}|nc:{ChrFOptions.CharacterOrder}|nw:{options.WordOrder}|space:" +
            $"{YesOrNo(options.Whitespace)}";

        public int Length => 3 * options.Orders;

        public double[] Statistics(string hypothesis, IReadOnlyList<string> references) => Metrics.ChrF.Counts(hypothesis, references, options);

        public double Score(ReadOnlySpan<double> sums) => ChrFStatistics.Score(sums, options);
    }

    private sealed class TerMetric(TerOptions options) : ICorpusMetric
    {
        public string Name => "TER";

        public string Settings =>
            $"{Case(!options.CaseSensitive)}|tok:tercom|norm:{YesOrNo(options.Normalized)}|punct:{YesOrNo(!options.NoPunctuation)}|asian:" +
            $"{YesOrNo(options.AsianSupport)}";

        public int Length => 2;

        public double[] Statistics(string hypothesis, IReadOnlyList<string> references)
        {
            var found = Metrics.Ter.Statistics(hypothesis, references, options);
            return [found.Edits, found.ReferenceLength];
        }

        public double Score(ReadOnlySpan<double> sums) => new TerStatistics(sums[0], sums[1]).Score();
    }
}
