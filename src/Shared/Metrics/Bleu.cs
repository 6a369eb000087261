namespace DistTrain.Shared.Metrics;

/// <summary>
/// Corpus BLEU (Papineni et al. 2002) as sacreBLEU computes it: n-grams up to 4, exponential smoothing, the closest reference length.
/// </summary>
public static class Bleu
{
    internal const int Order = 4;

    /// <summary>What one sentence adds to a corpus's score.</summary>
    /// <param name="references">At least one.</param>
    public static BleuStatistics Statistics(string hypothesis, IReadOnlyList<string> references, BleuTokenizer tokenizer, bool lowercase = false)
    {
        if (references.Count == 0) throw new ArgumentException("BLEU needs at least one reference for each sentence.");
        var words = tokenizer.Words(hypothesis, lowercase);
        var expected = references.Select(reference => tokenizer.Words(reference, lowercase)).ToList();
        var (correct, total) = (new long[Order], new long[Order]);
        for (var order = 1; order <= Order; order++)
        {
            var most = new Dictionary<string, int>();
            foreach (var reference in expected)
                foreach (var (gram, count) in Grams(reference, order)) most[gram] = Math.Max(count, most.GetValueOrDefault(gram));
            foreach (var (gram, count) in Grams(words, order)) correct[order - 1] += Math.Min(count, most.GetValueOrDefault(gram));
            total[order - 1] = Math.Max(0, words.Length - order + 1);
        }
        // The closest length; among equally close the shorter.
        var length = expected.Select(reference => reference.Length).OrderBy(count => Math.Abs(count - words.Length)).ThenBy(count => count).First();
        return new(correct, total, words.Length, length);
    }

    private static Dictionary<string, int> Grams(string[] words, int order)
    {
        var grams = new Dictionary<string, int>();
        for (var start = 0; start + order <= words.Length; start++)
        {
            var gram = string.Join(' ', words, start, order);
            grams[gram] = grams.GetValueOrDefault(gram) + 1;
        }
        return grams;
    }
}
