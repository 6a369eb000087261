using DistTrain.Shared.Metrics;

namespace DistTrain.Coordinator.Jobs.State;

/// <summary>How a phase ended beside what it started from.</summary>
public static class PhaseOutcome
{
    /// <param name="job">At the end of its phase.</param>
    /// <param name="step">The phase's last step.</param>
    /// <returns>One sentence where no checkpoint is better than the start, or the end is worse than it; null elsewhere, also where nobody
    /// measured.</returns>
    public static string? BesideStart(JobState job, long step)
    {
        var (phase, checkpoints) = (job.Phase!, job.Checkpoints);
        if (job.PhaseStart is not { } start || checkpoints.ScoreOf(phase.Name, 0) is not { } before) return null;
        var metric = phase.Validate.Metric;
        if (checkpoints.Result(phase.Name) == start)
        {
            var best = checkpoints.Best(phase.Name) is { } kept && checkpoints.ScoreOf(phase.Name, kept.Step) is { } score
                ? Beside(score, "at best")
                : $"of theirs is no number, {MetricText.Apart(metric, phase.MetricOf(before), phase.MetricOf(before)).One} at the start";
            return $"No checkpoint of phase {phase.Name} is better than its start ({metric} {best}): its result is the start.";
        }
        return checkpoints.ScoreOf(phase.Name, step) is { } end && end < before
            ? $"Phase {phase.Name} ended worse than it began ({metric} {Beside(end, "at the end")}): its result is an earlier checkpoint."
            : null;

        string Beside(double score, string when)
        {
            var (then, atStart) = MetricText.Apart(metric, phase.MetricOf(score), phase.MetricOf(before));
            return $"{then} {when}, {atStart} at the start";
        }
    }
}
