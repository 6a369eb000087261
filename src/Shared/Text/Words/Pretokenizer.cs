using System.Globalization;
using System.Text;

namespace DistTrain.Shared.Text.Words;

/// <summary>
/// Cuts text into the words that merges stay within: runs of letters, of digits or of other signs, each with the space before it, and
/// the English contractions apart. Runs of Chinese, and of Thai, are runs of letters.
/// </summary>
/// <remarks>Written by hand: .NET's regular expressions see halves of the characters beyond U+FFFF, which then are no letters.</remarks>
public static class Pretokenizer
{
    /// <summary>The pattern of <see cref="WordPattern.Gpt2"/>, which <c>tokenizer.json</c> files name "ByteLevel".</summary>
    public const string Gpt2 = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>
    /// The pattern of <see cref="WordPattern.Marks"/>. The joiners are U+200C and U+200D. Marks that follow no letter stay other signs, as
    /// those within emoji do. The joiners are written as themselves, which every library of regular expressions reads.
    /// </summary>
    public const string Marks = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}[\\p{L}\\p{M}\u200c\u200d]*| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private enum Kind : byte { Other, Letter, Digit, Space, Mark }

    private static readonly string[] Contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];
    private static readonly Kind[] Ascii = [.. Enumerable.Range(0, 128).Select(value => KindOf(new Rune(value)))];

    /// <summary>Letters of the word that the text begins with.</summary>
    /// <param name="text">Not empty.</param>
    public static int FirstWord(ReadOnlySpan<char> text, WordPattern pattern)
    {
        if (text[0] == '\'')
            foreach (var contraction in Contractions)
                if (text.StartsWith(contraction)) return contraction.Length;
        var before = text[0] == ' ' && text.Length > 1 ? 1 : 0;
        var kind = FirstKind(text[before..], Kind.Other, out _);
        if (kind != Kind.Space) return before + Run(text[before..], kind, kind == Kind.Letter && pattern == WordPattern.Marks ? kind : Kind.Other);
        var spaces = Run(text, Kind.Space, Kind.Other);
        // The last of several spaces belongs to what follows.
        return spaces == 1 || spaces == text.Length ? spaces : spaces - 1;
    }

    private static int Run(ReadOnlySpan<char> text, Kind kind, Kind mark)
    {
        var end = 0;
        while (end < text.Length && FirstKind(text[end..], mark, out var length) == kind) end += length;
        return end;
    }

    /// <param name="mark">What a mark or joiner counts as.</param>
    private static Kind FirstKind(ReadOnlySpan<char> text, Kind mark, out int length)
    {
        length = 1;
        if (text[0] < Ascii.Length) return Ascii[text[0]];
        _ = Rune.DecodeFromUtf16(text, out var rune, out length);
        return KindOf(rune) is var kind && kind == Kind.Mark ? mark : kind;
    }

    private static Kind KindOf(Rune rune) => Rune.IsWhiteSpace(rune) ? Kind.Space : Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter or UnicodeCategory.ModifierLetter
            or UnicodeCategory.OtherLetter => Kind.Letter,
        UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber => Kind.Digit,
        UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => Kind.Mark,
        _ => rune.Value is 0x200c or 0x200d ? Kind.Mark : Kind.Other,
    };
}
