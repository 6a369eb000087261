namespace DistTrain.Shared.Jobs;

/// <summary>One stage of a job: an objective over a data set for a number of steps.</summary>
public abstract record PhaseSpec
{
    /// <summary>Name, unique in the job: lower-case letters, digits and dashes.</summary>
    public string Name { get; init; } = "";

    public DataSpec Data { get; init; } = new();

    /// <summary>Target tokens, end marks included, of one global batch, whatever the number of workers. Greater than 0. Default: 4096.</summary>
    public int BatchTokens { get; init; } = 4096;

    /// <summary>Optimizer steps. Greater than 0. Either this or <see cref="Epochs"/>.</summary>
    public int? Steps { get; init; }

    /// <summary>Passes over the training data. Greater than 0.</summary>
    public int? Epochs { get; init; }

    public OptimizerSpec Optimizer { get; init; } = new();
    public ValidateSpec Validate { get; init; } = new();

    /// <summary>The word that <c>type</c> has in a job file.</summary>
    public abstract string Type { get; }

    /// <summary>Metrics that validation measures and checkpoints can be ranked by.</summary>
    internal abstract IReadOnlyList<string> Metrics { get; }

    internal virtual IEnumerable<Violation> Violations(string path)
    {
        if (Name.Length == 0 || !Name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-'))
            yield return new($"{path}.name", $"is '{Name}', but must be lower-case letters, digits and dashes, such as pretrain.");
        if (BatchTokens <= 0) yield return new($"{path}.batch_tokens", $"is {BatchTokens}, but must be greater than 0.");
        if (Steps is null == Epochs is null) yield return new($"{path}.steps", "or epochs is needed, one of the two: how long the phase lasts.");
        if (Steps <= 0) yield return new($"{path}.steps", $"is {Steps}, but must be greater than 0.");
        if (Epochs <= 0) yield return new($"{path}.epochs", $"is {Epochs}, but must be greater than 0.");
        foreach (var violation in Data.Violations($"{path}.data").Concat(Optimizer.Violations($"{path}.optimizer")).Concat(Validate.Violations($"{path}.validate")))
            yield return violation;
        if (!Metrics.Contains(Validate.Metric))
            yield return new($"{path}.validate.metric", $"is '{Validate.Metric}', which a phase of type {Type} does not measure. Known: {string.Join(", ", Metrics)}.");
    }
}

/// <summary>Training on translations with label-smoothed cross-entropy (<c>type: supervised</c>).</summary>
public sealed record SupervisedPhaseSpec : PhaseSpec
{
    public override string Type => "supervised";

    internal override IReadOnlyList<string> Metrics { get; } = ["loss", "bleu", "chrf"];
}

/// <summary>Alignment with preferences by direct preference optimisation, Rafailov et al. 2023 (<c>type: dpo</c>). The reference is what the phase starts from.</summary>
public sealed record DpoPhaseSpec : PhaseSpec
{
    /// <summary>The losses that are known.</summary>
    public static IReadOnlyList<string> Losses { get; } = ["sigmoid"];

    public override string Type => "dpo";

    /// <value>sigmoid (equation 7 of the paper). Default and only one for now.</value>
    public string Loss { get; init; } = "sigmoid";

    /// <summary>How strongly the policy is held to the reference. Greater than 0. Default: 0.1.</summary>
    public double Beta { get; init; } = 0.1;

    internal override IReadOnlyList<string> Metrics { get; } = ["loss", "accuracy", "margin", "bleu", "chrf"];

    internal override IEnumerable<Violation> Violations(string path)
    {
        foreach (var violation in base.Violations(path)) yield return violation;
        if (!Losses.Contains(Loss)) yield return new($"{path}.loss", $"is '{Loss}', which is not known. Known: {string.Join(", ", Losses)}.");
        if (!(Beta > 0)) yield return new($"{path}.beta", FormattableString.Invariant($"is {Beta}, but must be greater than 0."));
    }
}
