using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Decoding;

/// <summary>What makes log-probabilities of translations of different length comparable.</summary>
/// <param name="alpha">At least 0.</param>
internal readonly struct LengthPenalty(LengthNormalization normalization, double alpha)
{
    /// <param name="logProbability">Of a whole translation.</param>
    /// <param name="length">Its tokens, EOS included unless it was cut.</param>
    public double Score(double logProbability, int length) =>
        logProbability / Math.Pow(normalization == LengthNormalization.Gnmt ? (5 + length) / 6.0 : length, alpha);

    /// <summary>No continuation of a hypothesis scores higher: log-probabilities only fall, and the longest translation is divided by most.</summary>
    public double Bound(double logProbability, int longestLength) => Score(logProbability, longestLength);
}
