using System.Text;

namespace DistTrain.Shared.Text.Unicode;

/// <summary>
/// Normalization forms NFC and NFKC by Unicode Standard Annex #15: decompose, order the combining marks, compose. Safe for many threads.
/// </summary>
/// <remarks>.NET's own <c>string.Normalize</c> does nothing where globalization is invariant, which is how DistTrain runs without ICU.</remarks>
public static class UnicodeNormalizer
{
    /// <summary>
    /// Below these characters nothing changes, whatever stands beside it: combining marks begin at the first, compatibility mappings at the second.
    /// </summary>
    private const char FirstMark = '\u0300', FirstCompatible = '\u00a0';

    /// <returns>The text itself where nothing is to be done. Unpaired surrogates can come back as U+FFFD.</returns>
    public static string Normalize(string text, Normalization form)
    {
        if (form == Normalization.None
            || text.AsSpan().IndexOfAnyInRange(form == Normalization.Nfc ? FirstMark : FirstCompatible, char.MaxValue) < 0) return text;
        var codes = Decompose(text, form == Normalization.Nfkc);
        Order(codes);
        var result = new StringBuilder(text.Length);
        Span<char> units = stackalloc char[2];
        foreach (var code in Compose(codes)) result.Append(units[..new Rune(code).EncodeToUtf16(units)]);
        return result.ToString();
    }

    private static List<(int Code, byte Class)> Decompose(string text, bool compatible)
    {
        var tables = UnicodeTables.Instance;
        var codes = new List<(int, byte)>(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Hangul.IsSyllable(rune.Value)) Hangul.Decompose(rune.Value, part => codes.Add((part, 0)));
            else if (tables.Decomposed(rune.Value, compatible) is { Length: > 0 } parts)
                foreach (var part in parts) codes.Add((part, tables.ClassOf(part)));
            else codes.Add((rune.Value, tables.ClassOf(rune.Value)));
        }
        return codes;
    }

    /// <summary>Sorts each run of combining marks by class; those of equal class keep their order.</summary>
    private static void Order(List<(int Code, byte Class)> codes)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && codes[end].Class > 0) end++;
            if (end - start < 2) continue;
            foreach (var (offset, mark) in codes.GetRange(start, end - start).OrderBy(code => code.Class).Index()) codes[start + offset] = mark;
            start = end;
        }
    }

    private static List<int> Compose(List<(int Code, byte Class)> codes)
    {
        var composed = new List<int>(codes.Count);
        // The class of the last mark since the starter that was not composed with it: it blocks what is not of a higher class. -1: none.
        var (starter, last) = (-1, -1);
        foreach (var (code, combining) in codes)
        {
            if (starter >= 0 && last < combining
                && (Hangul.Compose(composed[starter], code) ?? UnicodeTables.Instance.Composed(composed[starter], code)) is { } one)
            {
                composed[starter] = one;
                continue;
            }
            (starter, last) = combining == 0 ? (composed.Count, -1) : (starter, combining);
            composed.Add(code);
        }
        return composed;
    }
}
