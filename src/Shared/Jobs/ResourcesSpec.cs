using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>What the job needs to run.</summary>
public sealed record ResourcesSpec : IKeyGroup
{
    /// <summary>A value of <see cref="Shares"/>.</summary>
    public const string Measured = "measured";

    private const string Auto = "auto";

    /// <summary>The job waits, and says so, until it can have this many workers.</summary>
    /// <value>At least 1. Default: 1.</value>
    [Key("The job waits until it has as many.")]
    [Above(0, "Give the number of workers that the job cannot do without, such as 1.")]
    public int MinWorkers { get; init; } = 1;

    /// <summary>It never takes more than this many.</summary>
    /// <value>At least <see cref="MinWorkers"/>. Default: 64.</value>
    [Key("It never takes more.")]
    [AtLeast(1, "Give at least as many as min_workers.")]
    public int MaxWorkers { get; init; } = 64;

    /// <summary>
    /// Steps between comparisons of what the members hold bit for bit: parameters, moments and average. Each checkpoint is preceded by one anyway.
    /// </summary>
    /// <value>At least 0, which is never but before checkpoints. Default: 100.</value>
    [Key("Steps between comparisons of the workers' parameters, bit for bit; before each checkpoint they are compared anyway.")]
    [AtLeast(0, "0 compares them before checkpoints only.")]
    public int VerifyEverySteps { get; init; } = 100;

    /// <summary>
    /// How a batch is split among the workers. The update is the same but for rounding; with <c>equal</c> two runs on as many workers are the same
    /// bit for bit.
    /// </summary>
    /// <value><c>measured</c>, by their speeds where these differ by a quarter and more, or <c>equal</c>. Default: <c>measured</c>.</value>
    [Key("How a batch is split among the workers: by their speeds where these differ by a quarter and more, or equally.")]
    [OneOf(Measured, "equal")]
    public string Shares { get; init; } = Measured;

    /// <summary>
    /// What a training step multiplies in. Weights, gradients, sums, norms, softmax and loss are float32 either way.
    /// </summary>
    /// <value><c>auto</c>, <c>float32</c> or <c>bfloat16</c>; auto is bfloat16 on processors with instructions for it. Default: <c>auto</c>.</value>
    [Key("What a training step multiplies in. auto is bfloat16 on processors with instructions for it.")]
    [OneOf(Auto, "float32", "bfloat16")]
    public string Precision { get; init; } = Auto;

    public IEnumerable<Violation> Violations(string path) =>
        KeyViolations.Of(this, path).AtLeast(nameof(MaxWorkers), Math.Max(1, MinWorkers));
}
