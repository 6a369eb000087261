namespace DistTrain.Model.Decoding;

/// <summary>The last token of a live hypothesis; earlier ones are reached through its parent. Hypotheses share their beginnings.</summary>
/// <param name="Parent">Null at BOS.</param>
/// <param name="Length">Tokens after BOS.</param>
/// <param name="Rank">Its place among the live hypotheses of its length, best first.</param>
/// <param name="LogProbability">Of the tokens up to this one.</param>
internal sealed record BeamNode(BeamNode? Parent, int Token, int Length, int Rank, double LogProbability)
{
    /// <summary>The row in which the sentence's memory keeps what the decoder computed for this token; set when it does.</summary>
    public int Slot { get; set; }

    public int[] Tokens()
    {
        var tokens = new int[Length];
        for (var node = this; node is { Parent: not null }; node = node.Parent) tokens[node.Length - 1] = node.Token;
        return tokens;
    }

    /// <summary>
    /// The tokens after which the last <paramref name="length"/> tokens would be a sequence that this hypothesis has already; each once.
    /// </summary>
    /// <param name="length">0: nothing counts as repeated.</param>
    public IReadOnlyCollection<int> Repeating(int length)
    {
        if (length == 0 || Length < length) return [];
        var repeating = new HashSet<int>();
        var tokens = Tokens().AsSpan();
        var last = tokens[(tokens.Length - length + 1)..];
        for (var start = 0; start + length <= tokens.Length; start++)
            if (tokens.Slice(start, length - 1).SequenceEqual(last)) repeating.Add(tokens[start + length - 1]);
        return repeating;
    }
}
