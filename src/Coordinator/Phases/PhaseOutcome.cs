using System.Globalization;
using DistTrain.Coordinator.Jobs;

namespace DistTrain.Coordinator.Phases;

/// <summary>How a phase ended beside what it started from.</summary>
public static class PhaseOutcome
{
    /// <param name="job">At the end of its phase.</param>
    /// <param name="step">The phase's last step.</param>
    /// <returns>One sentence where no checkpoint is better than the start, or the end is worse than it; null elsewhere, also where nobody measured.</returns>
    public static string? BesideStart(JobState job, long step)
    {
        var (phase, checkpoints) = (job.Phase!, job.Checkpoints);
        if (job.PhaseStart is not { } start || checkpoints.ScoreOf(phase.Name, 0) is not { } before) return null;
        var atStart = $"{Number(phase.MetricOf(before))} at the start";
        if (checkpoints.Result(phase.Name) == start)
        {
            var best = checkpoints.Best(phase.Name) is { } kept && checkpoints.ScoreOf(phase.Name, kept.Step) is { } score ? $"{Number(phase.MetricOf(score))} at best" : "no number of theirs";
            return $"No checkpoint of phase {phase.Name} is better than its start ({phase.Validate.Metric} {best}, {atStart}): its result is the start.";
        }
        return checkpoints.ScoreOf(phase.Name, step) is { } end && end < before
            ? $"Phase {phase.Name} ended worse than it began ({phase.Validate.Metric} {Number(phase.MetricOf(end))} at the end, {atStart}): its result is an earlier checkpoint."
            : null;
    }

    private static string Number(double value) => value.ToString("F4", CultureInfo.InvariantCulture);
}
