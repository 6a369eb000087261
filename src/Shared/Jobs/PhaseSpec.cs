using System.Globalization;
using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>One stretch of training with one objective. Its kind is the key <c>type</c> of the file.</summary>
[StoredOrder(nameof(Name), nameof(Type), nameof(BatchTokens), nameof(MicroBatchTokens), nameof(From), StoredOrderAttribute.OwnKeys, nameof(Steps),
    nameof(Epochs))]
public abstract record PhaseSpec : IKeyGroup
{
    /// <summary>What the phase is called; also part of its checkpoints' names.</summary>
    /// <value>Up to 40 lower-case letters, digits and dashes; differs from the other phases' names. Required.</value>
    [Key("What the phase is called; its checkpoints are named after it.", IsRequired = true)]
    [Name]
    public string Name { get; init; } = "";

    /// <summary>
    /// The earlier phase whose result this one starts from. In a file that of the first phase is the job's <see cref="JobSpec.Start"/>.
    /// </summary>
    /// <value>Default: null, the phase before; for the first the job's start.</value>
    [Key("The earlier phase whose result this one starts from; otherwise the one before. Of the first phase the same as the job's start.")]
    public string? From { get; init; }

    /// <summary>The word that <c>type</c> has in a job file.</summary>
    /// <value>Required.</value>
    [Key("One of the types of phases.", IsRequired = true)]
    public string Type => Kind.Word;

    /// <value>Required.</value>
    [Key("What it learns from.", IsRequired = true)]
    public DataSpec Data { get; init; } = new();

    /// <summary>Updates of the parameters.</summary>
    /// <value>At least 1, or null when <see cref="Epochs"/> is given; one of the two is required.</value>
    [Key("Updates of the parameters; or give epochs.", IsChangeable = true)]
    [Above(0, "Give the number of updates, such as 10000.")]
    public int? Steps { get; init; }

    /// <summary>Passes over the training data.</summary>
    /// <value>At least 1, or null when <see cref="Steps"/> is given.</value>
    [Key("Passes over the training data; or give steps.", IsChangeable = true)]
    [Above(0, "Give the number of passes over the data, such as 10.")]
    public int? Epochs { get; init; }

    /// <summary>Target tokens (of preferences: chosen and rejected together) of one global batch, about, whatever the number of workers.</summary>
    /// <value>At least 1. Default: 4,096.</value>
    [Key("Target tokens of one global batch, whatever the number of workers.")]
    [Above(0, "Give the target tokens of one global batch, such as 4096.")]
    public int BatchTokens { get; init; } = 4096;

    /// <summary>
    /// Tokens, padding included, of one forward and backward pass on a worker, counted on the side that has more, source or target. A worker's
    /// share of a batch is cut into pieces of similar lengths whose gradients are summed: less memory and padding for more passes, and the same
    /// update but for rounding.
    /// </summary>
    /// <value>At least 0; 0 is twice a worker's part of <see cref="BatchTokens"/>, so that most shares stay whole. Default: 0.</value>
    [Key("Tokens, padding included, that a worker computes at once; 0: about its whole share.", IsChangeable = true)]
    [AtLeast(0, "0 computes a worker's whole share at once.")]
    public int MicroBatchTokens { get; init; }

    [Key("How gradients become updates.", IsChangeable = true)]
    public OptimizerSpec Optimizer { get; init; } = new();

    /// <summary>
    /// Decay of an exponential moving average of the weights, which is what validation measures, checkpoints hold as their model, and the next
    /// phase starts from. Update t, from 1, decays by min(decay, (1 + t) / (10 + t)), so that the weights of the phase's start are soon forgotten.
    /// </summary>
    /// <value>At least 0, less than 1; 0 is off. 0.999 is usual. Default: 0.</value>
    [Key("Decay of a moving average of the weights; 0 is off.", IsChangeable = true)]
    [Fraction("0.999 is usual, 0 is off.")]
    public double EmaDecay { get; init; }

    [Key("How the phase is measured on held-out data.", IsChangeable = true)]
    public ValidateSpec Validate { get; init; } = new();

    /// <summary>The keys that may change once the phase has begun: they say how it goes on, not what its weights so far are.</summary>
    public static IReadOnlyList<string> ChangeableKeys { get; } =
        [.. KeyGroup.Of<PhaseSpec>().All.Where(key => key.IsChangeable).Select(key => key.Name)];

    /// <summary>What the phase is, beside its keys.</summary>
    public abstract PhaseType Kind { get; }

    /// <summary>The translation set that validation translates.</summary>
    /// <value>What <see cref="ValidateSpec.Translations"/> names, else what its type translates; null: nothing.</value>
    public string? TranslationSet => Validate.Translations ?? (Kind.TranslatesValidation ? Data.Validation : null);

    /// <summary>What validation found, by <see cref="ValidateSpec.Metric"/> and turned so that higher is better.</summary>
    /// <param name="metrics">By name.</param>
    /// <returns>Finite. Null when the validation did not measure it, or what it measured is no finite number: that ranks nothing.</returns>
    public double? Score(IReadOnlyDictionary<string, double> metrics)
    {
        if (!metrics.TryGetValue(Validate.Metric, out var value) || !double.IsFinite(value)) return null;
        return Validate.LowerIsBetter ? -value : value;
    }

    /// <summary>What its rules of a length in steps would say of a phase whose epochs are so many steps; null: nothing.</summary>
    public string? DoubtAt(long steps) => steps < Optimizer.EffectiveWarmupSteps
        ? string.Create(
            CultureInfo.InvariantCulture, $"its {Epochs} epochs are {steps} steps, but the warm-up has {Optimizer.EffectiveWarmupSteps}: the phase " +
            $"ends before the rate reaches its peak. Lower optimizer.warmup_steps, or train longer.")
        : null;

    /// <summary>The metric that a score of <see cref="Score"/> stands for, as it was measured.</summary>
    public double MetricOf(double score) => Validate.LowerIsBetter ? -score : score;

    public IEnumerable<Violation> Violations(string path) => KeyViolations.Of(this, path)
        .Unless(Epochs is not null, nameof(Steps))
        .Unless(Steps is not null, nameof(Epochs))
        .After(nameof(Epochs), DurationRules(path))
        .After(nameof(Validate), [.. MetricRules($"{path}.validate.metric"), .. ValidationDataRules($"{path}.validate")]);

    private IEnumerable<Violation> DurationRules(string path) => (Steps, Epochs) switch
    {
        (null, null) => [new($"{path}.steps", $"{path} has neither steps nor epochs. Give one of them.")],
        ({ }, { }) => [new($"{path}.epochs", $"{path} has both steps and epochs. Remove one of them.")],
        _ => [],
    };

    private IEnumerable<Violation> MetricRules(string path) =>
        Kind.RuleOf(ValidateSpec.MetricKey)!.Fault(path, Validate.Metric) is { } fault ? [new(path, fault)] : [];

    private IEnumerable<Violation> ValidationDataRules(string path)
    {
        if (TranslationSet is null && Validate.ScoresTranslations)
            yield return new($"{path}.metric", $"{path}.metric is {Validate.Metric}, but there is nothing to translate. Name a translation set " +
                $"under {path}.translations.");
        if (TranslationSet is null && Validate.Track.Count > 0)
            yield return new($"{path}.track", $"{path}.track looks into translations, but there is nothing to translate. Name a translation set " +
                $"under {path}.translations.");
        if (Data.Validation is null && TranslationSet is null && Validate.EverySteps > 0)
            yield return new($"{path}.every_steps", $"{path}.every_steps is {Validate.EverySteps}, but the phase has no validation data. Name a " +
                "set under data.validation, or remove the key.");
        if (Validate.Patience > 0 && Data.Validation is null && !Validate.ScoresTranslations)
            yield return new($"{path}.patience", $"{path}.patience is {Validate.Patience}, but without validation data there is no " +
                $"{Validate.Metric} to become better. Name a set under data.validation, or remove the key.");
    }
}
