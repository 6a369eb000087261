using System.Globalization;
using System.Text;
using DistTrain.Shared.Text;

namespace DistTrain.Cli.Attention;

/// <summary>Labels for the tokens of a text.</summary>
internal static class TokenLabels
{
    private const string Continued = "\u2026", Space = "\u00b7";
    private const char Undecodable = '\ufffd';

    // Four bytes are a character, and a token may end one and begin the next: more tokens than this have no character in common.
    private const int MostTokens = 8;

    /// <summary>
    /// One label a token. A character that is split over several tokens, as byte-level vocabularies do with rare ones, stands at the first
    /// of them, with a mark; the others only have the mark. A space is shown as a middle dot.
    /// </summary>
    public static IReadOnlyList<string> Of(ITokenizer tokenizer, IReadOnlyList<int> ids)
    {
        var labels = new List<string>();
        while (labels.Count < ids.Count)
        {
            var id = ids[labels.Count];
            var (text, tokens) = Characters(tokenizer, [.. ids.Skip(labels.Count).Take(MostTokens)]);
            labels.Add(tokens == 1 ? Visible(tokenizer.Piece(id)) : Visible(text) + Continued);
            labels.AddRange(Enumerable.Repeat(Continued, tokens - 1));
        }
        return labels;
    }

    /// <summary>The text of the fewest first tokens that are whole characters together; one token alone when no number of them is.</summary>
    private static (string Text, int Tokens) Characters(ITokenizer tokenizer, int[] ids) =>
        Enumerable.Range(1, ids.Length).Select(count => (Text: tokenizer.Decode(ids[..count]), Tokens: count))
        .FirstOrDefault(group => !group.Text.Contains(Undecodable), (Text: "", Tokens: 1));

    private static string Visible(string text) => string.Concat(text.EnumerateRunes().Select(character =>
        character.Value == ' ' ? Space
        : Rune.IsControl(character) ? string.Create(CultureInfo.InvariantCulture, $"<{character.Value:x2}>")
        : character.ToString()));
}
