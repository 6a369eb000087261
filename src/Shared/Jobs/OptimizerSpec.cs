namespace DistTrain.Shared.Jobs;

/// <summary>How parameters are updated.</summary>
public sealed record OptimizerSpec
{
    public static IReadOnlyList<string> Types { get; } = ["adam", "adamw"];
    public static IReadOnlyList<string> Schedules { get; } = ["inverse_sqrt", "constant", "linear", "cosine"];

    /// <value>adam, or adamw (weight decay apart from the gradient). Default: adam.</value>
    public string Type { get; init; } = "adam";

    public double Beta1 { get; init; } = 0.9;
    public double Beta2 { get; init; } = 0.98;
    public double Epsilon { get; init; } = 1e-9;

    /// <value>inverse_sqrt, constant, linear or cosine; each after a linear warm-up. Default: inverse_sqrt.</value>
    public string Schedule { get; init; } = "inverse_sqrt";

    /// <summary>The highest rate, reached when the warm-up ends. Greater than 0. Null only for inverse_sqrt: then the rate is the paper's, equation 3.</summary>
    public double? LearningRate { get; init; }

    /// <summary>Steps of the linear warm-up. At least 0; greater than 0 for inverse_sqrt. Default: 4000 for inverse_sqrt, else 0.</summary>
    public int? WarmupSteps { get; init; }

    /// <summary>Probability mass that is spread evenly over the vocabulary. At least 0 and less than 1. Default: 0.1. Supervised phases only.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Largest L2 norm of the gradient; 0 for none. Default: 0.</summary>
    public double ClipNorm { get; init; }

    /// <summary>Decoupled weight decay; adamw only. At least 0. Default: 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>The warm-up that holds: what was given, or the schedule's default.</summary>
    public int EffectiveWarmupSteps => WarmupSteps ?? (Schedule == "inverse_sqrt" ? 4000 : 0);

    internal IEnumerable<Violation> Violations(string path)
    {
        if (!Types.Contains(Type)) yield return new($"{path}.type", $"is '{Type}', which is not known. Known: {string.Join(", ", Types)}.");
        if (!Schedules.Contains(Schedule)) yield return new($"{path}.schedule", $"is '{Schedule}', which is not known. Known: {string.Join(", ", Schedules)}.");
        if (LearningRate is null && Schedule != "inverse_sqrt") yield return new($"{path}.learning_rate", $"is missing. The schedule {Schedule} needs its highest rate, such as 0.0005.");
        if (LearningRate <= 0) yield return new($"{path}.learning_rate", Invariant($"is {LearningRate}, but must be greater than 0."));
        if (WarmupSteps < 0 || (WarmupSteps == 0 && Schedule == "inverse_sqrt")) yield return new($"{path}.warmup_steps", $"is {WarmupSteps}, but must be greater than 0.");
        foreach (var (name, value) in new[] { ("beta1", Beta1), ("beta2", Beta2), ("label_smoothing", LabelSmoothing) })
            if (value is not (>= 0 and < 1)) yield return new($"{path}.{name}", Invariant($"is {value}, but must be at least 0 and less than 1."));
        foreach (var (name, value) in new[] { ("clip_norm", ClipNorm), ("weight_decay", WeightDecay) })
            if (!(value >= 0)) yield return new($"{path}.{name}", Invariant($"is {value}, but must be at least 0."));
        if (!(Epsilon > 0)) yield return new($"{path}.epsilon", Invariant($"is {Epsilon}, but must be greater than 0."));
        if (WeightDecay > 0 && Type == "adam") yield return new($"{path}.weight_decay", "is set, but the type adam has none. Use 'type: adamw'.");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
