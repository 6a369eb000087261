using System.Collections.Immutable;

namespace DistTrain.Shared.Jobs;

/// <summary>How a phase is measured while it runs. The phase's end always validates.</summary>
public sealed record ValidateSpec
{
    public static IReadOnlyList<string> Tokenizers { get; } = ["13a", "zh", "char", "none"];

    /// <summary>Steps between validations; 0 for none but the last. Default: 0.</summary>
    public int EverySteps { get; init; }

    /// <value>By what checkpoints are ranked: loss, bleu, chrf, accuracy or margin. Default: loss.</value>
    public string Metric { get; init; } = "loss";

    /// <summary>Hypotheses of the beam search; 1 is greedy. 1 to 64. Default: 4.</summary>
    public int Beam { get; init; } = 4;

    /// <summary>Exponent of the length penalty (Wu et al. 2016, equation 14). Default: 0.6.</summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>Sentences that are translated; 0 for all. Default: 0.</summary>
    public int MaxSentences { get; init; }

    /// <summary>Translations to translate and score. Default: the phase's validation data (supervised), none (dpo).</summary>
    public string? Translations { get; init; }

    /// <value>BLEU's tokenizer: 13a, zh, char or none. Default: 13a.</value>
    public string Tokenize { get; init; } = "13a";

    /// <summary>Names of texts: validation reports, as <c>share/NAME</c>, the share of translations that contain the text.</summary>
    public ImmutableSortedDictionary<string, string> Track { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public bool Equals(ValidateSpec? other) => other is not null && EverySteps == other.EverySteps && Metric == other.Metric && Beam == other.Beam
        && LengthPenalty.Equals(other.LengthPenalty) && MaxSentences == other.MaxSentences && Translations == other.Translations && Tokenize == other.Tokenize
        && Track.SequenceEqual(other.Track);

    public override int GetHashCode() => HashCode.Combine(EverySteps, Metric, Beam, MaxSentences, Translations, Tokenize, Track.Count);

    internal IEnumerable<Violation> Violations(string path)
    {
        if (EverySteps < 0) yield return new($"{path}.every_steps", $"is {EverySteps}, but must be at least 0.");
        if (Beam is < 1 or > 64) yield return new($"{path}.beam", $"is {Beam}, but must be from 1 to 64.");
        if (!(LengthPenalty >= 0)) yield return new($"{path}.length_penalty", FormattableString.Invariant($"is {LengthPenalty}, but must be at least 0."));
        if (MaxSentences < 0) yield return new($"{path}.max_sentences", $"is {MaxSentences}, but must be at least 0.");
        if (!Tokenizers.Contains(Tokenize)) yield return new($"{path}.tokenize", $"is '{Tokenize}', which is not known. Known: {string.Join(", ", Tokenizers)}.");
        foreach (var (name, text) in Track)
            if (name.Length == 0 || text.Length == 0) yield return new($"{path}.track", "has an empty name or text. Write it as { polite: text }.");
    }
}
