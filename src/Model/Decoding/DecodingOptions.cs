namespace DistTrain.Model.Decoding;

/// <summary>How to search for a translation.</summary>
public sealed record DecodingOptions
{
    /// <summary>Hypotheses kept at each step; 1 is greedy search.</summary>
    /// <value>At least 1. Default 4.</value>
    public int Beam { get; init; } = 4;

    /// <summary>The exponent alpha of the length penalty ((5 + length) / 6)^alpha that divides a hypothesis's log-probability (Wu et al. 2016, equation 14).</summary>
    /// <value>At least 0; 0 ranks by log-probability alone, which favours short translations. Default 0.6.</value>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>A translation has at most this many tokens more than its source; the model's maximal length bounds it as well.</summary>
    /// <value>Default 50, as in the paper (section 6.1).</value>
    public int ExtraLength { get; init; } = 50;

    /// <summary>Sources, times <see cref="Beam"/>, times their length, that are decoded at once, about. It bounds memory and changes no result.</summary>
    /// <value>Default 8,192.</value>
    public int TokensAtOnce { get; init; } = 8192;
}
