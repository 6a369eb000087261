using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Logging;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Picks the steps that get a line in the log: at most one in ten seconds, and every step that was skipped.</summary>
public sealed class StepLog(TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    public void Write(ILogger log, JobState job, IReadOnlyList<StepRecord> steps)
    {
        foreach (var skipped in steps.Where(step => step.Skipped)) LogMessages.StepSkipped(log, skipped.Step, skipped.Loss, skipped.GradientNorm);
        var now = clock.GetUtcNow();
        if (now - _last < Interval) return;
        _last = now;
        var step = steps[^1];
        LogMessages.StepDone(log, step.Step, job.TotalSteps, step.Loss, step.TokensPerSecond, step.LearningRate, step.GradientNorm);
    }
}
