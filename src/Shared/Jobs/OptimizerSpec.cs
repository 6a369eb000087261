namespace DistTrain.Shared.Jobs;

/// <summary>How gradients become updates: the optimizer, its learning rate over the steps, and what is done to loss and gradient before.</summary>
public sealed record OptimizerSpec
{
    private const string InverseSqrt = "inverse_sqrt";

    /// <value><c>adam</c> (Kingma, Ba 2015) or <c>adamw</c> (Loshchilov, Hutter 2019). Default: <c>adam</c>.</value>
    public string Type { get; init; } = "adam";

    /// <summary>Decay of the mean of the gradient.</summary>
    /// <value>At least 0, less than 1. Default: 0.9.</value>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of the squared gradient.</summary>
    /// <value>At least 0, less than 1. Default: 0.98, as in the paper.</value>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to the root of the second moment.</summary>
    /// <value>Greater than 0. Default: 1e-9, as in the paper.</value>
    public double Epsilon { get; init; } = 1e-9;

    /// <summary>The course of the learning rate after a linear warm-up.</summary>
    /// <value><c>inverse_sqrt</c> (Vaswani et al. 2017, equation 3), <c>constant</c>, <c>linear</c> or <c>cosine</c>. Default:
    /// <c>inverse_sqrt</c>.</value>
    public string Schedule { get; init; } = InverseSqrt;

    /// <summary>The peak, reached at the end of the warm-up.</summary>
    /// <value>Greater than 0; null with inverse_sqrt only: the paper's (d_model * warmup_steps)^-0.5. Default: null.</value>
    public double? LearningRate { get; init; }

    /// <summary>Steps over which the rate rises from 0 to its peak.</summary>
    /// <value>At least 0; at least 1 with inverse_sqrt. Default: null, the schedule's own (<see cref="EffectiveWarmupSteps"/>).</value>
    public int? WarmupSteps { get; init; }

    /// <summary>Part of each label's probability that is spread over the vocabulary (Szegedy et al. 2016). Only supervised phases use it.</summary>
    /// <value>At least 0, less than 1. Default: 0.1.</value>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Largest norm of the whole gradient; a longer one is scaled down to it.</summary>
    /// <value>At least 0; 0 is off. Default: 0.</value>
    public double ClipNorm { get; init; }

    /// <summary>Decoupled weight decay.</summary>
    /// <value>At least 0, less than 1; other than 0 with adamw only. Default: 0.</value>
    public double WeightDecay { get; init; }

    /// <summary>The warm-up that holds: <see cref="WarmupSteps"/>, else 4,000 with inverse_sqrt, as in the paper, and 0 with the others.</summary>
    public int EffectiveWarmupSteps => WarmupSteps ?? (Schedule == InverseSqrt ? 4000 : 0);

    public IEnumerable<Violation> Violations(string path) =>
    [
        .. Rules.OneOf($"{path}.type", Type, "adam", "adamw"),
        .. Rules.Fraction($"{path}.beta1", Beta1, "0.9 is usual."),
        .. Rules.Fraction($"{path}.beta2", Beta2, "0.98 is usual."),
        .. Rules.Above($"{path}.epsilon", Epsilon, 0, "1e-9 is usual."),
        .. Rules.OneOf($"{path}.schedule", Schedule, InverseSqrt, "constant", "linear", "cosine"),
        .. RateRules(path),
        .. Rules.AtLeast($"{path}.warmup_steps", EffectiveWarmupSteps, Schedule == InverseSqrt
            ? 1 : 0, "The rate rises over these steps from 0 to its peak."),
        .. Rules.Fraction($"{path}.label_smoothing", LabelSmoothing, "0.1 is usual, 0 is off."),
        .. Rules.AtLeast($"{path}.clip_norm", ClipNorm, 0, "1 is usual, 0 is off."),
        .. Rules.Fraction($"{path}.weight_decay", WeightDecay, "0.01 is usual, 0 is off."),
        .. DecayRules(path),
    ];

    private IEnumerable<Violation> RateRules(string path)
    {
        if (LearningRate is { } rate) return Rules.Above($"{path}.learning_rate", rate, 0, "0.0005 is usual.");
        return Schedule is "constant" or "linear" or "cosine"
            ? [new($"{path}.learning_rate", $"{path}.learning_rate is missing, but schedule {Schedule} needs one. Add a peak rate such as 0.0005.")]
            : [];
    }

    private IEnumerable<Violation> DecayRules(string path) => Type == "adam" && WeightDecay != 0
        ? [new($"{path}.weight_decay", $"{path}.weight_decay is {WeightDecay}, but adam has none. Set {path}.type to adamw, or remove the key.")]
        : [];
}
