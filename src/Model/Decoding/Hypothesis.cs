namespace DistTrain.Model.Decoding;

/// <summary>A finished translation.</summary>
/// <param name="Tokens">Without BOS and EOS.</param>
/// <param name="LogProbability">Of the tokens and EOS, given the source.</param>
/// <param name="Score">The log-probability divided by the length penalty: what the search maximises.</param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double LogProbability, double Score);
