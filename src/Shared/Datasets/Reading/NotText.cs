using System.Text.RegularExpressions;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Tells what is plainly no text to translate: numbers, addresses, notes about a licence.</summary>
public static partial class NotText
{
    /// <summary>How many records from a set's beginning are looked at.</summary>
    public const int Sample = 100;

    /// <summary>Of a hundred values, so many must be of one kind: files have strays.</summary>
    private const int Nearly = 95;

    private static readonly (string Kind, Regex Form)[] Kinds = [("numbers", Number()), ("addresses", Address()), ("notes about a licence", Licence())];

    /// <summary>What nearly all the values are, such as <c>numbers</c>, and one of them; null when they may be text, or when all are empty.</summary>
    public static (string Kind, string Example)? Of(IEnumerable<string> values)
    {
        List<string> all = [.. values.Select(value => value.Trim())], filled = all.FindAll(value => value.Length > 0);
        // What is seldom there tells nothing.
        if (2 * filled.Count < all.Count) return null;
        foreach (var (kind, form) in Kinds)
            if (filled.Count > 0 && filled.Count(value => form.IsMatch(value)) * 100L >= Nearly * (long)filled.Count)
                return (kind, filled.First(value => form.IsMatch(value)));
        return null;
    }

    [GeneratedRegex(@"^[-+]?\d+([.,]\d+)*([eE][-+]?\d+)?%?$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Number();

    [GeneratedRegex(@"^((https?|ftp)://|www\.)\S+(\s+((https?|ftp)://|www\.)\S+)*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"\bCC[- ](BY|0)\b|\bCC0\b|creativecommons\.org|\bAttribution:", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Licence();
}
