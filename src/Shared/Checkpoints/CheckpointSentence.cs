using System.Globalization;
using DistTrain.Shared.Metrics;

namespace DistTrain.Shared.Checkpoints;

/// <summary>Which checkpoint was chosen, and why, in one sentence.</summary>
internal static class CheckpointSentence
{
    /// <param name="passedOver">As in <see cref="OfJob"/>.</param>
    public static string Of(string checkpoint, JobFolder job, IReadOnlyList<JobFolder>? passedOver)
    {
        var state = CheckpointState.Read(checkpoint);
        var measured = Measured(checkpoint, state);
        var place = checkpoint != job.ResultOrBest() ? "the newest" : job.IsCompleted ? "the result" : measured is null
            ? "the newest so far" : "the best so far";
        return string.Create(CultureInfo.InvariantCulture,
            $"Checkpoint {checkpoint}: step {state.Step} of phase {state.Phase}{(measured is null ? "" : $" ({measured})")}, {place} " +
                $"{OfJob(job, passedOver)}.");
    }

    /// <param name="passedOver">Newer jobs of the run that have checkpoints too; null when the job itself was named.</param>
    public static string OfJob(JobFolder job, IReadOnlyList<JobFolder>? passedOver) => passedOver switch
    {
        null => $"of job {job.Name}, which {job.Standing}",
        [] when job.IsCompleted => $"of job {job.Name}, the newest of the run, which is completed",
        [] => $"of job {job.Name}, the newest of the run, which {job.Standing}; none of its jobs with checkpoints is completed",
        _ => $"of job {job.Name}, the newest completed of the run; newer but not completed: " +
            $"{string.Join(", ", passedOver.Select(other => $"{other.Name} ({other.Standing})"))}",
    };

    /// <summary>What the phase ranks checkpoints by, as this one's validation found it; null when it was not validated.</summary>
    private static string? Measured(string checkpoint, CheckpointState state)
    {
        // The job's file says by what. Whoever inspects a checkpoint that lost it is told of that elsewhere.
        var phase = CheckpointJob.Read(checkpoint)?.Spec?.Phases.ElementAtOrDefault(state.PhaseIndex);
        return phase?.Score(state.Metrics) is null ? null : MetricText.Of(phase.Validate.Metric, state.Metrics[phase.Validate.Metric]);
    }
}
