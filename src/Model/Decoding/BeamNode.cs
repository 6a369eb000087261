namespace DistTrain.Model.Decoding;

/// <summary>The last token of a live hypothesis; earlier ones are reached through its parent. Hypotheses share their beginnings.</summary>
/// <param name="Parent">Null at BOS.</param>
/// <param name="Length">Tokens after BOS.</param>
/// <param name="Rank">Its place among the live hypotheses of its length, best first.</param>
/// <param name="LogProbability">Of the tokens up to this one.</param>
internal sealed record BeamNode(BeamNode? Parent, int Token, int Length, int Rank, double LogProbability)
{
    public int[] Tokens()
    {
        var tokens = new int[Length];
        for (var node = this; node is { Parent: not null }; node = node.Parent) tokens[node.Length - 1] = node.Token;
        return tokens;
    }
}
