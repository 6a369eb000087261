using DistTrain.Worker.Collectives;
using DistTrain.Worker.Folders;

namespace DistTrain.Worker.Training;

/// <summary>
/// How a worker process trains; it belongs to the process, not to a job. Made of its options, whose <c>Problems</c> have been looked at.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>Processor threads that tensors are computed with.</summary>
    /// <value>At least 1. Default: null, what the assignment says: this worker's share of its host's cores.</value>
    public int? Threads { get; init; }

    /// <summary>Where training steps compute.</summary>
    /// <value><c>cpu</c> or <c>cuda:N</c>. Default: cpu.</value>
    public string Device { get; init; } = "cpu";

    /// <summary>Where what is fetched of jobs is kept whose folders are not seen.</summary>
    public CacheOptions Cache { get; init; } = new();

    /// <summary>How gradients travel.</summary>
    public RingOptions Ring { get; init; } = new();
}
