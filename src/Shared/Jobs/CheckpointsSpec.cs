using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>When checkpoints are written and which are kept. A phase's last step always writes one.</summary>
public sealed record CheckpointsSpec : IKeyGroup
{
    /// <summary>Steps between checkpoints: about what a crash of every worker can cost.</summary>
    /// <value>At least 1. Default: 500.</value>
    [Key("Steps between checkpoints: about what a crash of every worker can cost.")]
    [Above(0, "Give the steps between checkpoints, such as 500.")]
    public int EverySteps { get; init; } = 500;

    /// <summary>How many of the newest of a phase are kept.</summary>
    /// <value>At least 1. Default: 3.</value>
    [Key("How many of the newest of a phase are kept.")]
    [Above(0, "The newest is what the job goes on from after a crash.")]
    public int KeepLast { get; init; } = 3;

    /// <summary>How many of the best of a phase, by its validation metric, are kept beside the newest.</summary>
    /// <value>At least 0. Default: 1.</value>
    [Key("How many of the best of a phase, by its validate.metric, are kept beside the newest.")]
    [AtLeast(0, "0 keeps none but the newest.")]
    public int KeepBest { get; init; } = 1;

    public IEnumerable<Violation> Violations(string path) => KeyViolations.Of(this, path);
}
