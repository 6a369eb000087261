using System.Text.RegularExpressions;

namespace DistTrain.Shared.Datasets.Reading.Files;

/// <summary>
/// Tells what is plainly no text to translate: numbers, addresses, notes about a licence, and, beside sentences, identifiers, dates and labels.
/// </summary>
public static partial class NotText
{
    /// <summary>How many records from a set's beginning are looked at.</summary>
    public const int Sample = 100;

    /// <summary>What is always empty.</summary>
    public const string Nothing = "nothing";

    /// <summary>Words that come back again and again.</summary>
    public const string Labels = "labels";

    /// <summary>Of a hundred values, so many must be of one kind: files have strays.</summary>
    private const int Nearly = 95;

    /// <summary>Fewer records are no evidence of what may be a sentence of one word.</summary>
    internal const int Enough = 5;

    /// <summary>So many records of a set, on the average, have the same label; a sentence seldom comes back so often.</summary>
    private const int Repeated = 10;

    private static readonly (string Kind, Regex Form)[] Kinds = [("numbers", Number()), ("addresses", Address()),
        ("notes about a licence", Licence())];

    /// <summary>What a text of one word may be too, so that they need sentences beside them.</summary>
    private static readonly (string Kind, Regex Form)[] KindsBesideSentences = [("dates", Date()), ("identifiers", Identifier())];

    /// <summary>What nearly all the values are, such as <c>numbers</c>, and one of them; null when they may be text, or when all are empty.</summary>
    public static (string Kind, string Example)? Of(IEnumerable<string> values)
    {
        var (all, filled) = Filled(values);
        // What is seldom there tells nothing.
        return 2 * filled.Count < all ? null : OneOf(Kinds, filled);
    }

    /// <summary>As <see cref="Of(IEnumerable{string})"/>, and what they are beside columns of which one, at least, holds sentences.</summary>
    /// <param name="beside">The values of the other columns.</param>
    public static (string Kind, string Example)? Of(IEnumerable<string> values, IEnumerable<IEnumerable<string>> beside)
    {
        var (all, filled) = Filled(values);
        if (OneOf(Kinds, filled) is { } plain && 2 * filled.Count >= all) return plain;
        if (all < Enough) return null;
        List<int> sentences = [.. beside.Select(Filled).Where(other => AreSentences(other.Filled)).Select(other => other.Filled.Distinct().Count())];
        if (sentences.Count == 0) return null;
        if (filled.Count == 0) return (Nothing, "");
        if (filled.Count < Enough || 2 * filled.Count < all) return null;
        return OneOf(KindsBesideSentences, filled)
            ?? (AreLabels(filled, sentences.Max()) ? (Labels, filled.CountBy(value => value).MaxBy(label => label.Value).Key) : null);
    }

    /// <summary>Whether a value is of the kind that others were found to be; it is not where it stands over them and names them.</summary>
    /// <param name="others">What was found to be of the kind.</param>
    public static bool IsSuch(string value, string kind, IEnumerable<string> others) =>
        Array.Find([.. Kinds, .. KindsBesideSentences], known => known.Kind == kind) is { Form: { } form }
        ? form.IsMatch(value.Trim())
        : others.Contains(value);

    /// <summary>What was found, behind "holds".</summary>
    public static string Words((string Kind, string Example) found) => found.Example.Length > 0
        ? $"{found.Kind} (such as '{Readable.Line(found.Example)}')" : found.Kind;

    private static (int All, List<string> Filled) Filled(IEnumerable<string> values)
    {
        List<string> all = [.. values.Select(value => value.Trim())];
        return (all.Count, all.FindAll(value => value.Length > 0));
    }

    private static (string Kind, string Example)? OneOf((string Kind, Regex Form)[] kinds, List<string> filled)
    {
        foreach (var (kind, form) in kinds)
            if (AreNearlyAll(form, filled)) return (kind, filled.First(value => form.IsMatch(value)));
        return null;
    }

    private static bool AreNearlyAll(Regex form, List<string> filled) =>
        filled.Count > 0 && filled.Count(value => form.IsMatch(value)) * 100L >= Nearly * (long)filled.Count;

    /// <summary>Half of them are enough: among sentences are titles and calls of one word.</summary>
    private static bool AreSentences(List<string> filled) => filled.Count >= Enough && 2 * filled.Count(IsSentence) >= filled.Count;

    /// <summary>
    /// Two words with letters, or four letters of a script that writes no spaces. The time is in proportion to the text: a line may be long.
    /// </summary>
    private static bool IsSentence(string value)
    {
        var (words, dense, inWord) = (0, 0, false);
        foreach (var letter in value)
        {
            if (char.IsWhiteSpace(letter)) inWord = false;
            if (!char.IsLetter(letter)) continue;
            if (!inWord) words++;
            inWord = true;
            if (letter is >= '\u0E00' and <= '\u109F' or >= '\u1780' and <= '\u17FF' or >= '\u3040' and <= '\u9FFF' or >= '\uF900' and <= '\uFAFF')
                dense++;
            if (words > 1 || dense > 3) return true;
        }
        return false;
    }

    /// <summary>Words that come back again and again where the sentences beside them do not, or are all as short as the code of a language.</summary>
    private static bool AreLabels(List<string> filled, int sentences)
    {
        var different = filled.Distinct().Count();
        return different * Enough <= sentences && AreNearlyAll(Word(), filled) && (different == 1 || different * Repeated <= filled.Count)
            || 2 * different <= Math.Min(filled.Count, sentences) && AreNearlyAll(Code(), filled);
    }

    [GeneratedRegex(@"^[-+]?\d+([.,]\d+)*([eE][-+]?\d+)?[ \u00A0\u202F]?%?$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Number();

    [GeneratedRegex(@"^((https?|ftp)://|www\.)\S+(\s+((https?|ftp)://|www\.)\S+)*$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Address();

    [GeneratedRegex(@"\bCC[- ](BY|0)\b|\bCC0\b|creativecommons\.org|\bAttribution:", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Licence();

    [GeneratedRegex(
        @"^(\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3\d{2,4})([T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[-+]\d{2}:?\d{2})?)?$"
        + @"|^\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    /// <summary>
    /// One token of plain letters with what words do not have in them: digits, underscores, signs between letters. Text without spaces, such as
    /// Chinese, has other letters.
    /// </summary>
    [GeneratedRegex(@"^(?=\S{1,200}$)(?=.*[0-9_@#]|.*[A-Za-z][.:/\\][A-Za-z])[-A-Za-z0-9_.:/\\@#+=|]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Identifier();

    /// <summary>A word that ends no sentence, in letters of a language that writes spaces.</summary>
    [GeneratedRegex(@"^[\p{IsBasicLatin}\p{IsLatin-1Supplement}\p{IsLatinExtended-A}\p{IsGreek}\p{IsCyrillic}-[\s.!?]]{1,30}$",
        RegexOptions.CultureInvariant)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[A-Za-z]{1,3}([-_][A-Za-z]{2,4})?$", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
