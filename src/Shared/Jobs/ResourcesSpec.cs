namespace DistTrain.Shared.Jobs;

/// <summary>What the job needs to run.</summary>
public sealed record ResourcesSpec
{
    /// <summary>The job waits, and says so, until it can have this many workers.</summary>
    /// <value>At least 1. Default: 1.</value>
    public int MinWorkers { get; init; } = 1;

    /// <summary>It never takes more than this many.</summary>
    /// <value>At least <see cref="MinWorkers"/>. Default: 64.</value>
    public int MaxWorkers { get; init; } = 64;

    /// <summary>
    /// What a training step multiplies in. Weights, gradients, sums, norms, softmax and loss are float32 either way.
    /// </summary>
    /// <value><c>auto</c>, <c>float32</c> or <c>bfloat16</c>; auto is bfloat16 on processors with instructions for it. Default: <c>auto</c>.</value>
    public string Precision { get; init; } = "auto";

    public IEnumerable<Violation> Violations(string path) =>
    [
        .. Rules.Above($"{path}.min_workers", MinWorkers, 0, "Give the number of workers that the job cannot do without, such as 1."),
        .. Rules.AtLeast($"{path}.max_workers", MaxWorkers, Math.Max(1, MinWorkers), "Give at least as many as min_workers."),
        .. Rules.OneOf($"{path}.precision", Precision, "auto", "float32", "bfloat16"),
    ];
}
