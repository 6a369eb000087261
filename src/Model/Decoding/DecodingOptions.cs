using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;

namespace DistTrain.Model.Decoding;

/// <summary>How to search for translations. Lengths are in target tokens and do not count EOS.</summary>
public sealed record DecodingOptions
{
    /// <summary>The length factor where nobody measured one. Generous: few pairs of languages and vocabularies need as much.</summary>
    public const double DefaultLengthFactor = 4;

    /// <summary>Hypotheses kept at each step; 1 is greedy search.</summary>
    /// <value>At least 1; 1 when sampling. Default 4.</value>
    public int Beam { get; init; } = 4;

    /// <summary>The exponent alpha of the length normalisation.</summary>
    /// <value>At least 0; 0 ranks by log-probability alone, which favours short translations. Default 0.6.</value>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>What a translation's log-probability is divided by for its score.</summary>
    /// <value>Default Gnmt.</value>
    public LengthNormalization Normalization { get; init; } = LengthNormalization.Gnmt;

    /// <summary>
    /// Translations to find for each source, no two of which are the same: see <see cref="TextOf"/>. There are fewer only where the search meets no
    /// more.
    /// </summary>
    /// <value>1 to <see cref="Beam"/>. Default 1.</value>
    public int NBest { get; init; } = 1;

    /// <summary>The text of a translation's tokens. Of several translations with the same text only the one with the best score is found.</summary>
    /// <value>Default null: translations are the same when their tokens are.</value>
    public Func<IReadOnlyList<int>, string>? TextOf { get; init; }

    /// <summary>A translation has at least this many tokens.</summary>
    /// <value>0 to <see cref="MaxLength"/>. Default 0.</value>
    public int MinLength { get; init; }

    /// <summary>A translation has at most this many tokens.</summary>
    /// <value>1 to the model's <see cref="TransformerOptions.MaxLength"/>. Default null: the model's.</value>
    public int? MaxLength { get; init; }

    /// <summary>
    /// A translation has at most this many tokens for each token of its source, and <see cref="ExtraLength"/> more: see <see cref="Limit"/>.
    /// </summary>
    /// <value>0 to 1000. Default null: <see cref="DefaultLengthFactor"/>.</value>
    public double? LengthFactor { get; init; }

    /// <summary>Tokens beyond those that <see cref="LengthFactor"/> allows.</summary>
    /// <value>At least 0. Default 50, as in the paper (section 6.1).</value>
    public int ExtraLength { get; init; } = 50;

    /// <summary>No sequence of this many tokens occurs twice in a translation (Paulus et al. 2018, section 2.5).</summary>
    /// <value>At least 0; 0 is off. Default 0.</value>
    public int NoRepeatNgram { get; init; }

    /// <summary>
    /// The token that stands for text which the vocabulary cannot write. It may be learnt from training data that hold such text; a translation never
    /// has it.
    /// </summary>
    /// <value>At least <see cref="SpecialTokens.Count"/>. Default null: there is none.</value>
    public int? Unknown { get; init; }

    /// <summary>Draws the tokens at random instead of searching for the best.</summary>
    /// <value>Default null: no sampling.</value>
    public SamplingOptions? Sampling { get; init; }

    /// <summary>What the search multiplies in, where it computes on the CPU.</summary>
    /// <value>Default Full.</value>
    public DecodingPrecision Precision { get; init; }

    /// <summary>
    /// Sources, times <see cref="Beam"/>, times their length, that a thread decodes at once, about. It bounds memory and changes no result.
    /// </summary>
    /// <value>Default 24,576.</value>
    public int TokensAtOnce { get; init; } = 24576;

    /// <summary>
    /// Tokens that the longest translation of a source has: LengthFactor times the source's, rounded up, and ExtraLength, but at least
    /// <see cref="MinLength"/> (and 1), and at most <see cref="MaxLength"/> and the model's.
    /// </summary>
    /// <param name="sourceLength">Tokens of the source, EOS not counted.</param>
    public int Limit(int sourceLength, int modelMaxLength) =>
        (int)Math.Clamp(decimal.Ceiling((decimal)(LengthFactor ?? DefaultLengthFactor) * sourceLength) + ExtraLength, Math.Max(1, MinLength),
            MaxLength ?? modelMaxLength);

    /// <summary>What is wrong with these options for a model of a maximal length, in a sentence with the remedy; null when nothing is.</summary>
    public string? Problem(int modelMaxLength)
    {
        var longest = MaxLength ?? modelMaxLength;
        if (Beam < 1) return $"The beam is {Beam}, but must be at least 1 (greedy search).";
        if (!(LengthPenalty >= 0 && double.IsFinite(LengthPenalty))) return $"The length penalty is {LengthPenalty}, but must be at least 0 (off).";
        if (NBest < 1) return $"{NBest} best translations are asked for. Ask for at least 1.";
        if (NBest > Beam)
            return $"{NBest} best translations are asked for, but a beam of {Beam} finds at most as many as it is wide. Widen the beam to {NBest} " +
                "or more.";
        if (longest < 1 || longest > modelMaxLength)
            return $"The maximum length is {longest}, but must be from 1 to the {modelMaxLength} tokens (max_length) of the model.";
        if (MinLength < 0 || MinLength > longest) return $"The minimum length is {MinLength}, but must be from 0 to the maximum length of {longest}.";
        if (LengthFactor is not (null or (>= 0 and <= 1000)))
            return $"The length factor is {LengthFactor}, but must be from 0 to 1000 tokens for each token of the source.";
        if (ExtraLength < 0) return $"The extra length is {ExtraLength}, but must be at least 0.";
        if (NoRepeatNgram < 0) return $"Sequences of {NoRepeatNgram} tokens are not to be repeated, but that number must be at least 0 (off).";
        if (Unknown < SpecialTokens.Count) return $"The unknown token is {Unknown}, but must come behind the {SpecialTokens.Count} special tokens.";
        if (Sampling is not null && Beam > 1) return $"Sampling follows one hypothesis, but the beam is {Beam}. Sample with a beam of 1.";
        return Sampling?.Problem();
    }
}
