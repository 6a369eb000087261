using System.Globalization;
using System.Text;

namespace DistTrain.Shared;

/// <summary>Texts of others as they may be logged and shown: of bounded length, and without characters that a console would obey.</summary>
public static class Readable
{
    /// <summary>
    /// The text on one line: characters that are not printed are written as <c>\u001B</c>, and the end of what is too long is left out.
    /// </summary>
    public static string Line(string text) => Escaped(text, keepsLines: false);

    /// <summary>The same, with its line breaks and tabs.</summary>
    public static string Lines(string text) => Escaped(text, keepsLines: true);

    private static string Escaped(string text, bool keepsLines)
    {
        var shown = text.Length <= Limits.TextCharacters ? text : text[..Limits.TextCharacters];
        var line = new StringBuilder(shown.Length);
        foreach (var c in shown)
        {
            if (IsPrinted(c) || (keepsLines && c is '\n' or '\t')) line.Append(c);
            else line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }
        if (shown.Length < text.Length) line.Append(CultureInfo.InvariantCulture, $"... ({text.Length - shown.Length} more characters)");
        return line.ToString();
    }

    // Directions that override others can make a line read backwards.
    private static bool IsPrinted(char c) =>
        !char.IsControl(c) && CharUnicodeInfo.GetUnicodeCategory(c) is not (UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && c is not (>= '\u202A' and <= '\u202E') and not (>= '\u2066' and <= '\u2069');
}
