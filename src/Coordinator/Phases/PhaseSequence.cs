using DistTrain.Shared.Jobs;

namespace DistTrain.Coordinator.Phases;

/// <summary>The order of a job's phases, and what a phase's validations say of its checkpoints.</summary>
public static class PhaseSequence
{
    /// <summary>Index of the phase after <paramref name="completed"/>; null when that was the last.</summary>
    /// <param name="completed">Index of the phase that is completed, -1 before the first.</param>
    public static int? Next(JobSpec spec, int completed) => completed + 1 < spec.Phases.Count ? completed + 1 : null;

    /// <summary>The validation metric by which the phase's checkpoints are ranked, turned so that higher is better.</summary>
    /// <returns>Null when the validation did not measure it.</returns>
    public static double? Score(PhaseSpec phase, IReadOnlyDictionary<string, double> metrics)
    {
        if (!metrics.TryGetValue(phase.Validate.Metric, out var value)) return null;
        return phase.Validate.Metric == "loss" ? -value : value;
    }
}
