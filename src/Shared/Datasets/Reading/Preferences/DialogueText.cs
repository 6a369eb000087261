using System.Text.RegularExpressions;

namespace DistTrain.Shared.Datasets.Reading.Preferences;

/// <summary>
/// A conversation in one text, as HH-RLHF has them: each turn begins, at the start of the text or after a blank line, with <c>Human:</c>,
/// <c>Assistant:</c> or <c>System:</c>. What stands before the first turn is the system's. The text is cut behind the mark of an answer and is
/// otherwise left as it stands.
/// </summary>
internal sealed partial class DialogueText : Conversation
{
    private readonly string _text;
    private readonly IReadOnlyList<int> _starts;

    /// <param name="starts">Where in the text each turn's content begins.</param>
    private DialogueText(string text, IReadOnlyList<Turn> turns, IReadOnlyList<int> starts)
        : base(turns) => (_text, _starts) = (text, starts);

    /// <summary>Whether the user's turn has an answer: the least that makes a text a conversation.</summary>
    public bool IsAnswered => Turns.SkipWhile(turn => turn.Role != Turn.User).Any(turn => turn.Role == Turn.Assistant);

    /// <summary>The turns of a text; null when there is none of the user in it.</summary>
    /// <param name="preamble">Whether there may be text before the first turn.</param>
    public static DialogueText? Parse(string text, bool preamble)
    {
        if (!text.Contains("Human", StringComparison.Ordinal)) return null;
        List<Turn> turns = [];
        List<int> starts = [];
        var marks = Mark().Matches(text);
        var before = marks.Count > 0 ? text[..marks[0].Index] : text;
        if (!string.IsNullOrWhiteSpace(before))
        {
            if (!preamble) return null;
            turns.Add(new Turn(Turn.System, before));
            starts.Add(0);
        }
        foreach (var (index, mark) in marks.Index())
        {
            var start = mark.Index + mark.Length;
            turns.Add(new Turn(Role(mark.Groups[1].Value), text[start..(index + 1 < marks.Count ? marks[index + 1].Index : text.Length)]));
            starts.Add(start);
        }
        return new DialogueText(text, turns, starts) is { IsWhole: true } dialogue ? dialogue : null;
    }

    /// <inheritdoc/>
    public override string Before(int turn) => turn < _starts.Count ? _text[.._starts[turn]] : _text;

    /// <inheritdoc/>
    public override string From(int turn) => _text[_starts[turn]..];

    /// <summary>The text as an answer, not as a conversation.</summary>
    public ChatMessages AsAnswer() => ChatMessages.Of(Turn.Assistant, _text);

    private static string Role(string mark) => mark switch
    {
        "Human" => Turn.User,
        "Assistant" => Turn.Assistant,
        _ => Turn.System,
    };

    [GeneratedRegex(@"(?:\A\s*|\n[ \t]*\r?\n[ \t]*)(Human|Assistant|System)[ \t]*:", RegexOptions.CultureInvariant)]
    private static partial Regex Mark();
}
