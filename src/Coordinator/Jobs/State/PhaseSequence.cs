using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;

namespace DistTrain.Coordinator.Jobs.State;

/// <summary>The order of a job's phases, and what each starts from.</summary>
public static class PhaseSequence
{
    /// <summary>Index of the phase after <paramref name="completed"/>; null when that was the last.</summary>
    /// <param name="completed">Index of the phase that is completed, -1 before the first.</param>
    public static int? Next(JobSpec spec, int completed) => completed + 1 < spec.Phases.Count ? completed + 1 : null;

    /// <summary>
    /// Folder of the checkpoint that a phase starts from: the result of the phase that it names or else of the one before, for the first the
    /// job's copy of its start; null for fresh weights.
    /// </summary>
    /// <param name="job">With the results of all phases before it.</param>
    public static string? StartOf(JobState job, int phase)
    {
        if (job.Spec.Phases[phase].From is { } named) return job.Results[named];
        if (phase > 0) return job.Result;
        return job.Spec.Start is null ? null : CheckpointFiles.Start(job.RunFolder);
    }
}
