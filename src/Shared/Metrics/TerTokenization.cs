using System.Text.RegularExpressions;

namespace DistTrain.Shared.Metrics;

/// <summary>How Tercom, and sacreBLEU after it, cut text into words.</summary>
internal static partial class TerTokenization
{
    /// <summary>
    /// sacreBLEU prepares references twice, which matters where the first time puts a space behind a possessive: published scores rest on it.
    /// </summary>
    public static string[] WordsOfReference(string text, TerOptions options) => Words(string.Join(' ', Words(text, options)), options);

    public static string[] Words(string text, TerOptions options)
    {
        var line = PythonText.TrimEnd(text);
        if (!options.CaseSensitive) line = PythonText.Lower(line);
        if (options.Normalized) line = Normalized(line, options.AsianSupport);
        if (options.NoPunctuation) line = Punctuation().Replace(line, "");
        if (options is { NoPunctuation: true, AsianSupport: true }) line = AsianPunctuation().Replace(line, "");
        return PythonText.Split(line);
    }

    private static string Normalized(string text, bool isAsian)
    {
        var line = $" {BleuTokenization.Unescaped(text.Replace("\n-", "", StringComparison.Ordinal))} ";
        line = BleuTokenization.Punctuation().Replace(line, " $1 ").Replace("'s ", " 's ", StringComparison.Ordinal);
        line = BleuTokenization.SplitStops(line);
        return isAsian ? AsianPunctuation().Replace(AsianSigns().Replace(line, " $0 "), " $0 ") : line;
    }

    [GeneratedRegex(@"[\.,\?:;!""\(\)]", RegexOptions.CultureInvariant)]
    private static partial Regex Punctuation();

    // The last range is sacreBLEU's: it ends at U+3F22, not at U+32FF. Its rules for kana match nothing but the whole text, which begins with a space
    // here.
    [GeneratedRegex(@"[\u4e00-\u9fff\u3400-\u4dbf\u31c0-\u31ef\u2e80-\u2eff\u3300-\u33ff\uf900-\ufaff\ufe30-\ufe4f\u3200-\u3f22]",
        RegexOptions.CultureInvariant)]
    private static partial Regex AsianSigns();

    [GeneratedRegex(@"[\u3001\u3002\u3008-\u3011\u3014-\u301f\uff61-\uff65\u30fb\uff0e\uff0c\uff1f\uff1a\uff1b\uff01\uff02\uff08\uff09]",
        RegexOptions.CultureInvariant)]
    private static partial Regex AsianPunctuation();
}
