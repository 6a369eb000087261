using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>How gradients become updates: the optimizer, its learning rate over the steps, and what is done to loss and gradient before.</summary>
public sealed record OptimizerSpec : IKeyGroup
{
    private const string Adam = "adam", InverseSqrt = "inverse_sqrt";

    /// <value><c>adam</c> (Kingma, Ba 2015) or <c>adamw</c> (Loshchilov, Hutter 2019). Default: <c>adam</c>.</value>
    [Key("adamw has weight decay.")]
    [OneOf(Adam, "adamw")]
    public string Type { get; init; } = Adam;

    /// <summary>Decay of the mean of the gradient.</summary>
    /// <value>At least 0, less than 1. Default: 0.9.</value>
    [Key("Decay of the mean of the gradient.")]
    [Fraction("0.9 is usual.")]
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the mean of the squared gradient.</summary>
    /// <value>At least 0, less than 1. Default: 0.98, as in the paper.</value>
    [Key("Decay of the mean of the squared gradient.")]
    [Fraction("0.98 is usual.")]
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Added to the root of the second moment.</summary>
    /// <value>Greater than 0. Default: 1e-9, as in the paper.</value>
    [Key("Added to the root of the second moment.")]
    [Above(0, "1e-9 is usual.")]
    public double Epsilon { get; init; } = 1e-9;

    /// <summary>The course of the learning rate after a linear warm-up.</summary>
    /// <value><c>inverse_sqrt</c> (Vaswani et al. 2017, equation 3), <c>constant</c>, <c>linear</c> or <c>cosine</c>. Default:
    /// <c>inverse_sqrt</c>.</value>
    [Key("Course of the rate after the warm-up.")]
    [OneOf(InverseSqrt, "constant", "linear", "cosine")]
    public string Schedule { get; init; } = InverseSqrt;

    /// <summary>The peak, reached at the end of the warm-up.</summary>
    /// <value>Greater than 0; null with inverse_sqrt only: the paper's (d_model * warmup_steps)^-0.5. Default: null.</value>
    [Key("The peak. Without it, inverse_sqrt follows the paper; the others need it.")]
    [Above(0, "0.0005 is usual.")]
    public double? LearningRate { get; init; }

    /// <summary>Steps over which the rate rises from 0 to its peak.</summary>
    /// <value>At least 0; at least 1 with inverse_sqrt. Default: null, the schedule's own (<see cref="EffectiveWarmupSteps"/>).</value>
    [Key("Steps over which the rate rises from 0 to its peak; 4000 with inverse_sqrt, else 0.")]
    [AtLeast(0, "The rate rises over these steps from 0 to its peak.")]
    public int? WarmupSteps { get; init; }

    /// <summary>Part of each label's probability that is spread over the vocabulary (Szegedy et al. 2016). Only supervised phases use it.</summary>
    /// <value>At least 0, less than 1. Default: 0.1.</value>
    [Key("Share of each label that is spread over the vocabulary.")]
    [Fraction("0.1 is usual, 0 is off.")]
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Largest norm of the whole gradient; a longer one is scaled down to it.</summary>
    /// <value>At least 0; 0 is off. Default: 0.</value>
    [Key("Longest gradient; a longer one is scaled down. 0 is off.")]
    [AtLeast(0, "1 is usual, 0 is off.")]
    public double ClipNorm { get; init; }

    /// <summary>Decoupled weight decay.</summary>
    /// <value>At least 0, less than 1; other than 0 with adamw only. Default: 0.</value>
    [Key("Decoupled weight decay, with adamw.")]
    [Fraction("0.01 is usual, 0 is off.")]
    public double WeightDecay { get; init; }

    /// <summary>The warm-up that holds: <see cref="WarmupSteps"/>, else 4,000 with inverse_sqrt, as in the paper, and 0 with the others.</summary>
    public int EffectiveWarmupSteps => WarmupSteps ?? (Schedule == InverseSqrt ? 4000 : 0);

    public IEnumerable<Violation> Violations(string path) => KeyViolations.Of(this, path)
        .After(nameof(LearningRate), RateRules($"{path}.learning_rate"))
        .AtLeast(nameof(WarmupSteps), Schedule == InverseSqrt ? 1 : 0)
        .After(nameof(WeightDecay), DecayRules(path));

    private IEnumerable<Violation> RateRules(string path) => LearningRate is null && Schedule is "constant" or "linear" or "cosine"
        ? [new(path, $"{path} is missing, but schedule {Schedule} needs one. Add a peak rate such as 0.0005.")]
        : [];

    private IEnumerable<Violation> DecayRules(string path) => Type == Adam && WeightDecay != 0
        ? [new($"{path}.weight_decay", $"{path}.weight_decay is {WeightDecay}, but adam has none. Set {path}.type to adamw, or remove the key.")]
        : [];
}
