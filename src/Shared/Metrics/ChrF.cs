using System.Text;

namespace DistTrain.Shared.Metrics;

/// <summary>chrF2 (Popovic 2015) as sacreBLEU computes it: character n-grams up to 6 without white space, recall weighted twice.</summary>
public static class ChrF
{
    internal const int Order = 6;

    /// <summary>What one sentence adds to a corpus's score: its counts against the reference that it scores best with.</summary>
    /// <param name="references">At least one.</param>
    public static ChrFStatistics Statistics(string hypothesis, IReadOnlyList<string> references, bool lowercase = false)
    {
        if (references.Count == 0) throw new ArgumentException("chrF needs at least one reference for each sentence.");
        var grams = AllGrams(hypothesis, lowercase);
        return references.Select(reference => Compare(grams, AllGrams(reference, lowercase))).MaxBy(statistics => statistics.Score())!;
    }

    private static ChrFStatistics Compare(Dictionary<string, int>[] hypothesis, Dictionary<string, int>[] reference)
    {
        var counts = new double[ChrFStatistics.Length];
        for (var order = 0; order < Order; order++)
        {
            // N-grams of an order that the reference has none of do not count against the hypothesis.
            counts[3 * order] = reference[order].Count == 0 ? 0 : hypothesis[order].Values.Sum();
            counts[(3 * order) + 1] = reference[order].Values.Sum();
            counts[(3 * order) + 2] = hypothesis[order].Sum(gram => Math.Min(gram.Value, reference[order].GetValueOrDefault(gram.Key)));
        }
        return ChrFStatistics.FromArray(counts);
    }

    private static Dictionary<string, int>[] AllGrams(string text, bool lowercase)
    {
        var letters = string.Concat(BleuTokenization.Split(lowercase ? text.ToLowerInvariant() : text)).EnumerateRunes().Select(rune => rune.ToString()).ToArray();
        return [.. Enumerable.Range(1, Order).Select(order =>
        {
            var grams = new Dictionary<string, int>();
            for (var start = 0; start + order <= letters.Length; start++)
            {
                var gram = string.Concat(letters.AsSpan(start, order));
                grams[gram] = grams.GetValueOrDefault(gram) + 1;
            }
            return grams;
        })];
    }
}
