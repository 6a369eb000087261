using DistTrain.Shared.Jobs;

namespace DistTrain.Coordinator.Phases;

/// <summary>The order of a job's phases.</summary>
public static class PhaseSequence
{
    /// <summary>Index of the phase after <paramref name="completed"/>; null when that was the last.</summary>
    /// <param name="completed">Index of the phase that is completed, -1 before the first.</param>
    public static int? Next(JobSpec spec, int completed) => completed + 1 < spec.Phases.Count ? completed + 1 : null;
}
