using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>How a worker process trains; it belongs to the process, not to a job.</summary>
public sealed record TrainingOptions
{
    /// <summary>How gradients travel.</summary>
    public RingOptions Ring { get; init; } = new();
}
