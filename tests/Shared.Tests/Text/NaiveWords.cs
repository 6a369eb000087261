using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using DistTrain.Shared.Text.Words;

namespace DistTrain.Shared.Tests.Text;

/// <summary>
/// The words that merges stay within, by the regular expression that defines them. .NET's see halves of the characters beyond U+FFFF, so
/// such a character is matched as one of its kind below.
/// </summary>
internal static class NaiveWords
{
    public static IEnumerable<string> Of(string text, WordPattern pattern)
    {
        List<Rune> runes = [.. text.EnumerateRunes()];
        return Regex.Matches(string.Concat(runes.Select(Stand)), pattern == WordPattern.Marks ? Pretokenizer.Marks : Pretokenizer.Gpt2)
            .Select(match => string.Concat(runes.GetRange(match.Index, match.Length)));
    }

    private static char Stand(Rune rune) => rune.IsBmp ? (char)rune.Value : Rune.IsLetter(rune) ? '\u4e00' : Rune.IsNumber(rune) ? '7' : IsMark(rune)
        ? '\u0301' : '!';

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;
}
