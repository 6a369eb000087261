namespace DistTrain.Shared.Datasets.Reading.Preferences;

/// <summary>What one side says at a time.</summary>
/// <param name="Role"><see cref="User"/>, <see cref="Assistant"/> or <see cref="System"/>, by whatever name the data set calls them, or another role
/// as it is called there.</param>
internal sealed record Turn(string Role, string Content)
{
    public const string User = "user", Assistant = "assistant", System = "system";

    /// <summary>Whether both say the same. Blanks at the ends tell no turns apart.</summary>
    public bool Says(Turn other) => Role == other.Role && Content.AsSpan().Trim().SequenceEqual(other.Content.AsSpan().Trim());
}

/// <summary>The turns of a conversation or, without a turn of the user, an answer alone.</summary>
internal abstract class Conversation(IReadOnlyList<Turn> turns)
{
    public IReadOnlyList<Turn> Turns => turns;

    /// <summary>Whether there is a turn of the user, so that what was asked can be told from the answer.</summary>
    public bool IsWhole { get; } = turns.Any(turn => turn.Role == Turn.User);

    /// <summary>Index of the turn that the last answer begins with; the number of turns when the last is no answer.</summary>
    public int LastAnswer { get; } = turns.Count - turns.Reverse().TakeWhile(turn => turn.Role == Turn.Assistant).Count();

    /// <summary>The text of all turns before a turn.</summary>
    /// <param name="turn">An index; the number of turns for all text.</param>
    public abstract string Before(int turn);

    /// <summary>The text from a turn on.</summary>
    /// <param name="turn">An index.</param>
    public abstract string From(int turn);

    /// <summary>Whether <paramref name="some"/> stand in this order, with none between, among the first turns.</summary>
    /// <param name="count">Number of those.</param>
    public bool Holds(IReadOnlyList<Turn> some, int count) =>
        some.Count > 0
        && Enumerable.Range(0, Math.Max(0, count - some.Count + 1)).Any(start => some.Index().All(turn => turns[start + turn.Index].Says(turn.Item)));
}
