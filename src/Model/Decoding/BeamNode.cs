namespace DistTrain.Model.Decoding;

/// <summary>The last token of a live hypothesis; earlier ones are reached through its parent. Hypotheses share their beginnings.</summary>
/// <param name="Parent">Null at BOS.</param>
/// <param name="Length">Tokens after BOS.</param>
/// <param name="Rank">Its place among the live hypotheses of its length, best first.</param>
/// <param name="LogProbability">Of the tokens up to this one.</param>
internal sealed record BeamNode(BeamNode? Parent, int Token, int Length, int Rank, double LogProbability)
{
    /// <summary>Where the decoder's cache keeps what it computed for this token; set when it does.</summary>
    public int Slot { get; set; }

    public int[] Tokens()
    {
        var tokens = new int[Length];
        for (var node = this; node is { Parent: not null }; node = node.Parent) tokens[node.Length - 1] = node.Token;
        return tokens;
    }

    /// <summary>The slots of all tokens from BOS to this one.</summary>
    public int[] Slots()
    {
        var slots = new int[Length + 1];
        for (var node = this; node is not null; node = node.Parent) slots[node.Length] = node.Slot;
        return slots;
    }
}
