using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Decoding;

/// <summary>How to search for translations. Lengths are in target tokens and do not count EOS.</summary>
public sealed record DecodingOptions
{
    /// <summary>Hypotheses kept at each step; 1 is greedy search.</summary>
    /// <value>At least 1; 1 when sampling. Default 4.</value>
    public int Beam { get; init; } = 4;

    /// <summary>The exponent alpha of the length normalisation.</summary>
    /// <value>At least 0; 0 ranks by log-probability alone, which favours short translations. Default 0.6.</value>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>What a translation's log-probability is divided by for its score.</summary>
    /// <value>Default Gnmt.</value>
    public LengthNormalization Normalization { get; init; } = LengthNormalization.Gnmt;

    /// <summary>Translations to find for each source. There are fewer only where there are no more within the lengths.</summary>
    /// <value>1 to <see cref="Beam"/>. Default 1.</value>
    public int NBest { get; init; } = 1;

    /// <summary>A translation has at least this many tokens.</summary>
    /// <value>0 to <see cref="MaxLength"/>. Default 0.</value>
    public int MinLength { get; init; }

    /// <summary>A translation has at most this many tokens.</summary>
    /// <value>1 to the model's <see cref="TransformerOptions.MaxLength"/>. Default null: the model's.</value>
    public int? MaxLength { get; init; }

    /// <summary>A translation has at most this many tokens more than its source, unless <see cref="MinLength"/> demands more.</summary>
    /// <value>Default 50, as in the paper (section 6.1).</value>
    public int ExtraLength { get; init; } = 50;

    /// <summary>Draws the tokens at random instead of searching for the best.</summary>
    /// <value>Default null: no sampling.</value>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>Sources, times <see cref="Beam"/>, times their length, that are decoded at once, about. It bounds memory and changes no result.</summary>
    /// <value>Default 24,576.</value>
    public int TokensAtOnce { get; init; } = 24576;

    /// <summary>What is wrong with these options for a model of a maximal length, in a sentence with the remedy; null when nothing is.</summary>
    public string? Problem(int modelMaxLength)
    {
        var longest = MaxLength ?? modelMaxLength;
        if (Beam < 1) return $"The beam is {Beam}, but must be at least 1 (greedy search).";
        if (!(LengthPenalty >= 0 && double.IsFinite(LengthPenalty))) return $"The length penalty is {LengthPenalty}, but must be at least 0 (off).";
        if (NBest < 1) return $"{NBest} best translations are asked for. Ask for at least 1.";
        if (NBest > Beam) return $"{NBest} best translations are asked for, but a beam of {Beam} finds at most as many as it is wide. Widen the beam to {NBest} or more.";
        if (longest < 1 || longest > modelMaxLength) return $"The maximum length is {longest}, but must be from 1 to the {modelMaxLength} tokens (max_length) of the model.";
        if (MinLength < 0 || MinLength > longest) return $"The minimum length is {MinLength}, but must be from 0 to the maximum length of {longest}.";
        if (Sampling is not null && Beam > 1) return $"Sampling follows one hypothesis, but the beam is {Beam}. Sample with a beam of 1.";
        return Sampling?.Problem();
    }
}
