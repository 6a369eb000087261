using System.Text;
using System.Text.RegularExpressions;

namespace DistTrain.Shared.Metrics;

/// <summary>The tokenizers of <see cref="BleuTokenizer"/>, word for word as sacreBLEU's.</summary>
public static partial class BleuTokenization
{
    // Two of sacreBLEU's ranges are meant for planes beyond the first but, as five-digit escapes, denote U+2001..U+2A6D and
    // U+2F81..U+2FA1; published scores rest on them, so they are kept.
    private static readonly (int First, int Last)[] ChineseRanges =
    [
        (0x3400, 0x4db5), (0x4e00, 0x9fa5), (0x9fa6, 0x9fbb), (0xf900, 0xfa2d), (0xfa30, 0xfa6a), (0xfa70, 0xfad9), (0x2001, 0x2a6d), (0x2f81, 0x2fa1),
        (0xff00, 0xffef), (0x2e80, 0x2eff), (0x3000, 0x303f), (0x31c0, 0x31ef), (0x2f00, 0x2fdf), (0x2ff0, 0x2fff), (0x3100, 0x312f), (0x31a0, 0x31bf),
        (0xfe10, 0xfe1f), (0xfe30, 0xfe4f), (0x2600, 0x26ff), (0x2700, 0x27bf), (0x3200, 0x32ff), (0x3300, 0x33ff),
    ];

    /// <summary>The tokenizer that a word names: 13a, zh, char or none.</summary>
    /// <exception cref="ArgumentException">No tokenizer has this name.</exception>
    public static BleuTokenizer Parse(string name) => name switch
    {
        "13a" => BleuTokenizer.Mteval13a,
        "zh" => BleuTokenizer.Chinese,
        "char" => BleuTokenizer.Character,
        "none" => BleuTokenizer.None,
        _ => throw new ArgumentException($"No BLEU tokenizer is called '{name}'. Known: 13a, zh, char, none."),
    };

    internal static string[] Words(string text, BleuTokenizer tokenizer) => Split(tokenizer switch
    {
        BleuTokenizer.Mteval13a => Western($" {Unescaped(text)} "),
        BleuTokenizer.Chinese => Western(SpacedChinese(text)),
        BleuTokenizer.Character => string.Join(' ', text.EnumerateRunes()),
        _ => text,
    });

    /// <summary>Cuts at white space, as Python understands it: the four information separators count.</summary>
    internal static string[] Split(string text) => Array.FindAll(WhiteSpace().Split(text), word => word.Length > 0);

    private static string Unescaped(string text)
    {
        var line = text.Replace("<skipped>", "", StringComparison.Ordinal).Replace("-\n", "", StringComparison.Ordinal).Replace('\n', ' ');
        return !line.Contains('&', StringComparison.Ordinal) ? line : line
            .Replace("&quot;", "\"", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal)
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal);
    }

    private static string SpacedChinese(string text)
    {
        var spaced = new StringBuilder(text.Length * 3);
        foreach (var rune in text.EnumerateRunes())
            if (Array.Exists(ChineseRanges, range => rune.Value >= range.First && rune.Value <= range.Last)) spaced.Append(' ').Append(rune).Append(' ');
            else spaced.Append(rune);
        return spaced.ToString();
    }

    private static string Western(string text)
    {
        text = Punctuation().Replace(text, " $1 ");
        text = StopAfterNonDigit().Replace(text, "$1 $2 ");
        text = StopBeforeNonDigit().Replace(text, " $1 $2");
        return DashAfterDigit().Replace(text, "$1 $2 ");
    }

    [GeneratedRegex(@"[\s\x1c-\x1f]+", RegexOptions.CultureInvariant)]
    private static partial Regex WhiteSpace();

    [GeneratedRegex(@"([\{-\~\[-\` -\&\(-\+\:-\@\/])", RegexOptions.CultureInvariant)]
    private static partial Regex Punctuation();

    [GeneratedRegex(@"([^0-9])([\.,])", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex StopAfterNonDigit();

    [GeneratedRegex(@"([\.,])([^0-9])", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex StopBeforeNonDigit();

    [GeneratedRegex(@"([0-9])(-)", RegexOptions.CultureInvariant)]
    private static partial Regex DashAfterDigit();
}
