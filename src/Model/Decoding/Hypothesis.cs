namespace DistTrain.Model.Decoding;

/// <summary>A finished translation.</summary>
/// <param name="Tokens">Without BOS and EOS.</param>
/// <param name="LogProbability">Of the tokens and EOS, given the source; of the tokens alone when it was cut.</param>
/// <param name="Score">The log-probability divided by the length penalty: what the search maximises.</param>
/// <param name="IsCut">It has as many tokens as it may have, and the model would have gone on: see <see cref="DecodingOptions.Limit"/>.</param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double LogProbability, double Score, bool IsCut = false);
