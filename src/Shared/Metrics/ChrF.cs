using System.Text;

namespace DistTrain.Shared.Metrics;

/// <summary>
/// chrF (Popovic 2015) and chrF++ (Popovic 2017) as sacreBLEU computes them: n-grams of up to six characters, and of words where asked.
/// </summary>
public static class ChrF
{
    private const string Punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

    /// <summary>What one sentence adds to a corpus's score: its counts against the reference that it scores best with.</summary>
    /// <param name="references">At least one.</param>
    /// <param name="options">Null: the defaults.</param>
    public static ChrFStatistics Statistics(string hypothesis, IReadOnlyList<string> references, ChrFOptions? options = null)
    {
        options ??= new();
        return ChrFStatistics.FromArray(Counts(hypothesis, references, options), options);
    }

    internal static double[] Counts(string hypothesis, IReadOnlyList<string> references, ChrFOptions options)
    {
        if (references.Count == 0) throw new ArgumentException("chrF needs at least one reference for each sentence.");
        var grams = AllGrams(hypothesis, options);
        return references.Select(reference => Compare(grams, AllGrams(reference, options))).MaxBy(counts => ChrFStatistics.Score(counts, options))!;
    }

    private static double[] Compare(Dictionary<string, int>[] hypothesis, Dictionary<string, int>[] reference)
    {
        var counts = new double[3 * reference.Length];
        for (var order = 0; order < reference.Length; order++)
        {
            // N-grams of an order that the reference has none of do not count against the hypothesis.
            counts[3 * order] = reference[order].Count == 0 ? 0 : hypothesis[order].Values.Sum();
            counts[(3 * order) + 1] = reference[order].Values.Sum();
            counts[(3 * order) + 2] = hypothesis[order].Sum(gram => Math.Min(gram.Value, reference[order].GetValueOrDefault(gram.Key)));
        }
        return counts;
    }

    private static Dictionary<string, int>[] AllGrams(string text, ChrFOptions options)
    {
        if (options.Lowercase) text = PythonText.Lower(text);
        var words = PythonText.Split(text);
        string[] letters = [.. (options.Whitespace ? text : string.Concat(words)).EnumerateRunes().Select(rune => rune.ToString())];
        string[] apart = options.WordOrder > 0 ? [.. words.SelectMany(WithoutPunctuation)] : [];
        return
        [
            .. Enumerable.Range(1, ChrFOptions.CharacterOrder).Select(order => Grams(letters, order, separator: "")),
            .. Enumerable.Range(1, options.WordOrder).Select(order => Grams(apart, order, separator: " ")),
        ];
    }

    /// <summary>One mark is parted from a word, the last one if that is punctuation, else the first.</summary>
    private static string[] WithoutPunctuation(string word) => word.Length == 1 ? [word]
        : Punctuation.Contains(word[^1], StringComparison.Ordinal) ? [word[..^1], word[^1..]]
        : Punctuation.Contains(word[0], StringComparison.Ordinal) ? [word[..1], word[1..]]
        : [word];

    private static Dictionary<string, int> Grams(string[] units, int order, string separator)
    {
        var grams = new Dictionary<string, int>();
        for (var start = 0; start + order <= units.Length; start++)
        {
            var gram = string.Join(separator, units, start, order);
            grams[gram] = grams.GetValueOrDefault(gram) + 1;
        }
        return grams;
    }
}
