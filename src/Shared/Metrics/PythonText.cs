using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DistTrain.Shared.Metrics;

/// <summary>What Python's strings do where .NET's do otherwise: sacreBLEU's scores rest on it.</summary>
public static partial class PythonText
{
    private const char Sigma = '\u03a3', DottedI = '\u0130';

    // What Word_Break calls MidLetter, MidNumLet or Single_Quote: a word goes on behind it (Unicode 3.13, Case_Ignorable).
    private const string InWord = "'.:\u00b7\u0387\u055f\u05f4\u2018\u2019\u2024\u2027\ufe13\ufe52\ufe55\uff07\uff0e\uff1a";

    /// <summary>Cut at white space, the four information separators included; no word is empty.</summary>
    public static string[] Split(string text) => Array.FindAll(Spaces().Split(text), word => word.Length > 0);

    /// <summary>Without white space, as <see cref="Split"/> knows it, at the end.</summary>
    public static string TrimEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1])) end--;
        return text[..end];
    }

    /// <summary>The same, nor at the beginning.</summary>
    public static string Trim(string text)
    {
        var start = 0;
        while (start < text.Length && IsSpace(text[start])) start++;
        return TrimEnd(text[start..]);
    }

    /// <summary>
    /// In lower case by Unicode's full mapping: a capital sigma at a word's end becomes a final one, a dotted capital I keeps its dot.
    /// </summary>
    public static string Lower(string text)
    {
        if (!text.AsSpan().ContainsAny(Sigma, DottedI)) return text.ToLowerInvariant();
        Rune[] runes = [.. text.EnumerateRunes()];
        var lower = new StringBuilder(text.Length);
        foreach (var (index, rune) in runes.Index())
            if (rune.Value == DottedI) lower.Append("i\u0307");
            else if (rune.Value == Sigma) lower.Append(IsFinal(runes, index) ? '\u03c2' : '\u03c3');
            else lower.Append(Rune.ToLowerInvariant(rune));
        return lower.ToString();
    }

    private static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    private static bool IsFinal(Rune[] runes, int sigma)
    {
        var (before, after) = (sigma - 1, sigma + 1);
        while (before >= 0 && IsIgnored(runes[before])) before--;
        while (after < runes.Length && IsIgnored(runes[after])) after++;
        return before >= 0 && IsCased(runes[before]) && (after == runes.Length || !IsCased(runes[after]));
    }

    private static bool IsIgnored(Rune rune) =>
        (rune.IsBmp && InWord.Contains((char)rune.Value, StringComparison.Ordinal)) || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark or UnicodeCategory.Format or UnicodeCategory.ModifierLetter
        or UnicodeCategory.ModifierSymbol;

    // The last line: Other_Lowercase and Other_Uppercase, as far as they are not ignored before: ordinal indicators, Roman numerals, letters in
    // circles and squares.
    private static bool IsCased(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        || rune.Value is 0xaa or 0xba or (>= 0x2160 and <= 0x217f) or (>= 0x24b6 and <= 0x24e9) or (>= 0x1f130 and <= 0x1f149)
        or (>= 0x1f150 and <= 0x1f169) or (>= 0x1f170 and <= 0x1f189);

    [GeneratedRegex(@"[\s\x1c-\x1f]+", RegexOptions.CultureInvariant)]
    private static partial Regex Spaces();
}
