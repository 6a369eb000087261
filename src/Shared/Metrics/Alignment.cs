namespace DistTrain.Shared.Metrics;

/// <summary>Which words of a hypothesis and a reference stand for each other after an edit.</summary>
/// <param name="Partner">For each word of the reference the one of the hypothesis, or the last before the gap that it fell into; -1 before the
/// first.</param>
internal sealed record Alignment(int[] Partner, bool[] WrongInHypothesis, bool[] WrongInReference)
{
    /// <param name="edits">In order, from the beginning.</param>
    public static Alignment Of(IEnumerable<Edit> edits, int hypothesis, int reference)
    {
        var alignment = new Alignment(new int[reference], new bool[hypothesis], new bool[reference]);
        var (word, place) = (-1, -1);
        foreach (var edit in edits)
        {
            if (edit != Edit.Insert) alignment.WrongInHypothesis[++word] = edit != Edit.Keep;
            if (edit == Edit.Delete) continue;
            alignment.Partner[++place] = word;
            alignment.WrongInReference[place] = edit != Edit.Keep;
        }
        return alignment;
    }

    public bool IsWrongInHypothesis(int start, int length) => WrongInHypothesis.AsSpan(start, length).Contains(true);

    public bool IsWrongInReference(int start, int length) => WrongInReference.AsSpan(start, length).Contains(true);
}

/// <summary>What is done to a word of the hypothesis, or, to insert, of the reference.</summary>
internal enum Edit : byte { None, Keep, Substitute, Delete, Insert }
