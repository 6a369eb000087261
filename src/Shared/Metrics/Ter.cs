namespace DistTrain.Shared.Metrics;

/// <summary>
/// Translation edit rate (Snover et al. 2006) as sacreBLEU computes it, after Tercom: edit distance within a beam, and greedy shifts of phrases.
/// </summary>
public static class Ter
{
    /// <summary>What one sentence adds to a corpus's score.</summary>
    /// <param name="references">At least one.</param>
    /// <param name="options">Null: the defaults.</param>
    public static TerStatistics Statistics(string hypothesis, IReadOnlyList<string> references, TerOptions? options = null)
    {
        if (references.Count == 0) throw new ArgumentException("TER needs at least one reference for each sentence.");
        options ??= new();
        var ids = new Dictionary<string, int>();
        var words = Ids(TerTokenization.Words(hypothesis, options), ids);
        var expected = references.Select(reference => Ids(TerTokenization.WordsOfReference(reference, options), ids)).ToList();
        return new(expected.Min(reference => TerEdits.Count(words, reference)), expected.Sum(reference => (double)reference.Length) / expected.Count);
    }

    private static int[] Ids(string[] words, Dictionary<string, int> ids) => Array.ConvertAll(words, word =>
        {
            if (!ids.TryGetValue(word, out var id)) ids.Add(word, id = ids.Count);
            return id;
    });
}
