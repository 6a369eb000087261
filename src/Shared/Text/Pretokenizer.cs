using System.Globalization;
using System.Text;

namespace DistTrain.Shared.Text;

/// <summary>
/// Cuts text into the words that merges stay within: runs of letters, of digits or of other signs, each with the space before it, and
/// the English contractions apart. It is the pattern of GPT-2,
/// <c>'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+</c>, which <c>tokenizer.json</c> files name "ByteLevel";
/// runs of Chinese are runs of letters.
/// </summary>
/// <remarks>Written by hand: .NET's regular expressions see halves of the characters beyond U+FFFF, which then are no letters.</remarks>
public static class Pretokenizer
{
    private enum Kind : byte { Other, Letter, Digit, Space }

    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    private static readonly Kind[] Ascii = [.. Enumerable.Range(0, 128).Select(value => KindOf(new Rune(value)))];

    /// <summary>Letters of the word that the text begins with.</summary>
    /// <param name="text">Not empty.</param>
    public static int FirstWord(ReadOnlySpan<char> text)
    {
        if (text[0] == '\'')
            foreach (var contraction in Contractions)
                if (text.StartsWith(contraction)) return contraction.Length;
        var before = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        var kind = FirstKind(text[before..], out _);
        if (kind != Kind.Space) return before + Run(text[before..], kind);
        var spaces = Run(text, Kind.Space);
        // The last of several spaces belongs to what follows.
        return spaces == 1 || spaces == text.Length ? spaces : spaces - 1;
    }

    private static int Run(ReadOnlySpan<char> text, Kind kind)
    {
        var end = 0;
        while (end < text.Length && FirstKind(text[end..], out var length) == kind) end += length;
        return end;
    }

    private static Kind FirstKind(ReadOnlySpan<char> text, out int length)
    {
        length = 1;
        if (text[0] < Ascii.Length) return Ascii[text[0]];
        _ = Rune.DecodeFromUtf16(text, out var rune, out length);
        return KindOf(rune);
    }

    private static Kind KindOf(Rune rune) => Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
        _ => Kind.Other,
    };
}
