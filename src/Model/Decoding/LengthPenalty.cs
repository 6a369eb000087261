namespace DistTrain.Model.Decoding;

/// <summary>The length normalisation of Wu et al. 2016 (equation 14).</summary>
/// <param name="alpha">At least 0.</param>
internal readonly struct LengthPenalty(double alpha)
{
    /// <param name="logProbability">Of a whole translation.</param>
    /// <param name="length">Its tokens, EOS included.</param>
    public double Score(double logProbability, int length) => logProbability / Math.Pow((5 + length) / 6.0, alpha);

    /// <summary>No continuation of a hypothesis scores higher: log-probabilities only fall, and the longest translation is divided by most.</summary>
    public double Bound(double logProbability, int longestLength) => Score(logProbability, longestLength);
}
