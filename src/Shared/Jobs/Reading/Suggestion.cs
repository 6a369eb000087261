namespace DistTrain.Shared.Jobs.Reading;

/// <summary>Finds the known key that an unknown one was probably meant to be.</summary>
internal static class Suggestion
{
    /// <returns>The nearest of <paramref name="known"/>; null when none is near.</returns>
    public static string? For(string unknown, IEnumerable<string> known)
    {
        var word = Plain(unknown);
        var (nearest, distance) = known.Select(key => (key, Distance(word, Plain(key)))).DefaultIfEmpty(("", int.MaxValue))
            .MinBy(candidate => candidate.Item2);
        return distance <= Math.Max(1, word.Length / 3) ? nearest : null;
    }

    // batchTokens, batch-tokens and BATCH_TOKENS are all batch_tokens.
    private static string Plain(string key) => string.Concat(key.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    // Levenshtein, with two neighbours swapped counted as one edit (optimal string alignment).
    private static int Distance(string a, string b)
    {
        var edits = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) edits[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) edits[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = edits[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                edits[i, j] = Math.Min(replaced, Math.Min(edits[i - 1, j], edits[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) edits[i, j] = Math.Min(edits[i, j], edits[i - 2, j - 2] + 1);
            }
        return edits[a.Length, b.Length];
    }
}
