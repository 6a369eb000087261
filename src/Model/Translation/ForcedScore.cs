using DistTrain.Model.Decoding;

namespace DistTrain.Model.Translation;

/// <summary>What the model thinks of a given translation.</summary>
/// <param name="TokenLogProbabilities">Of each token, given the source and the tokens before it, and of EOS at the end.</param>
public sealed record ForcedScore(IReadOnlyList<double> TokenLogProbabilities)
{
    /// <summary>Of the tokens and EOS, given the source.</summary>
    public double LogProbability { get; } = TokenLogProbabilities.Sum();

    /// <summary>
    /// The score that a search with these options gives the same translation, unless it cuts it: see <see cref="Hypothesis.Score"/>.
    /// </summary>
    public double Score(DecodingOptions options) =>
        new LengthPenalty(options.Normalization, options.LengthPenalty).Score(LogProbability, TokenLogProbabilities.Count);
}
