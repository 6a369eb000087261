using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DistTrain.Shared.Metrics;

/// <summary>The rules of <see cref="BleuTokenizer"/>, word for word as sacreBLEU's.</summary>
internal static partial class BleuTokenization
{
    // Two of sacreBLEU's ranges are meant for planes beyond the first but, as five-digit escapes, denote U+2001..U+2A6D and
    // U+2F81..U+2FA1; published scores rest on them, so they are kept.
    private static readonly (int First, int Last)[] ChineseRanges =
    [
        (0x3400, 0x4db5), (0x4e00, 0x9fa5), (0x9fa6, 0x9fbb), (0xf900, 0xfa2d), (0xfa30, 0xfa6a), (0xfa70, 0xfad9), (0x2001, 0x2a6d),
        (0x2f81, 0x2fa1),
        (0xff00, 0xffef), (0x2e80, 0x2eff), (0x3000, 0x303f), (0x31c0, 0x31ef), (0x2f00, 0x2fdf), (0x2ff0, 0x2fff), (0x3100, 0x312f),
        (0x31a0, 0x31bf),
        (0xfe10, 0xfe1f), (0xfe30, 0xfe4f), (0x2600, 0x26ff), (0x2700, 0x27bf), (0x3200, 0x32ff), (0x3300, 0x33ff),
    ];

    public static string[] Mteval13a(string text) =>
        PythonText.Split(
            Western($" {Unescaped(text.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal))} "));

    public static string[] Chinese(string text)
    {
        var spaced = new StringBuilder(text.Length * 3);
        foreach (var rune in PythonText.Trim(text).EnumerateRunes())
            if (Array.Exists(ChineseRanges, range => rune.Value >= range.First && rune.Value <= range.Last))
                spaced.Append(' ').Append(rune).Append(' ');
            else spaced.Append(rune);
        return PythonText.Split(Western(spaced.ToString()));
    }

    /// <summary>
    /// Three passes over code points, not over UTF-16 units: punctuation behind what is no number, punctuation before what is none, symbols.
    /// </summary>
    public static string[] International(string text)
    {
        List<Rune> runes = [.. text.EnumerateRunes()];
        runes = Separated(runes, (left, right) => !IsNumber(left) && Rune.IsPunctuation(right), (left, right) => [left, Space, right, Space]);
        runes = Separated(runes, (left, right) => Rune.IsPunctuation(left) && !IsNumber(right), (left, right) => [Space, left, Space, right]);
        var words = new StringBuilder(text.Length * 2);
        foreach (var rune in runes)
            if (Rune.IsSymbol(rune)) words.Append(' ').Append(rune).Append(' ');
            else words.Append(rune);
        return PythonText.Split(words.ToString());
    }

    /// <summary>Newlines become spaces, and four XML entities what they stand for, the ampersand before the brackets.</summary>
    public static string Unescaped(string text)
    {
        var line = text.Replace('\n', ' ');
        return !line.Contains('&', StringComparison.Ordinal) ? line : line
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
    }

    /// <summary>ASCII punctuation by itself, stops and commas where they are not between digits, dashes behind digits.</summary>
    public static string Western(string text) => SplitStops(Punctuation().Replace(text, " $1 "));

    /// <summary>The part of <see cref="Western"/> that comes after its punctuation.</summary>
    public static string SplitStops(string text)
    {
        text = StopAfterNonDigit().Replace(text, "$1 $2 ");
        text = StopBeforeNonDigit().Replace(text, " $1 $2");
        return DashAfterDigit().Replace(text, "$1 $2 ");
    }

    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])", RegexOptions.CultureInvariant)]
    internal static partial Regex Punctuation();

    private static Rune Space { get; } = new(' ');

    /// <summary>A pass from left to right over neighbours that fit; what one pair took is of no further pair.</summary>
    private static List<Rune> Separated(List<Rune> runes, Func<Rune, Rune, bool> fits, Func<Rune, Rune, Rune[]> written)
    {
        var spaced = new List<Rune>(runes.Count * 2);
        for (var i = 0; i < runes.Count; i++)
            if (i + 1 < runes.Count && fits(runes[i], runes[i + 1])) spaced.AddRange(written(runes[i], runes[++i]));
            else spaced.Add(runes[i]);
        return spaced;
    }

    private static bool IsNumber(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    [GeneratedRegex(@"([^0-9])([\.,])", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex StopAfterNonDigit();

    [GeneratedRegex(@"([\.,])([^0-9])", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex StopBeforeNonDigit();

    [GeneratedRegex(@"([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex DashAfterDigit();
}
