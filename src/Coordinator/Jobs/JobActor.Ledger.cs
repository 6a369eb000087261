using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Sees to it that the journal tells of every step that was reported.</summary>
public sealed partial class JobActor
{
    private readonly UncommittedSteps _uncommitted = new();

    /// <summary>
    /// What a command leads to. Steps stand before whatever came after them: what ends a generation or counts on its steps leaves none behind.
    /// </summary>
    private IReadOnlyList<JobEvents.IJobEvent> Decide(JobCommand command)
    {
        var (job, now) = (_state!, _clock.GetUtcNow());
        var events = job.Decide(command, now);
        if (events.Count == 0 || command is JobCommand.NoteSteps || !job.IsNewest(_uncommitted.Generation)) return events;
        var steps = StepCommits.Of(job, _uncommitted.Generation, _uncommitted.Steps, now);
        return steps.Count == 0 ? events : [.. steps, .. steps.Aggregate(job, (after, step) => after.Apply(step)).Decide(command, now)];
    }

    /// <summary>Steps whose reports an earlier life of the coordinator has acknowledged, and not stored in the journal.</summary>
    private void RecallSteps()
    {
        if (_state is not { HasEnded: false, Phase.Name: var phase } job || !job.IsNewest(job.Generation)) return;
        _uncommitted.Add(job.Generation, _metrics.StepsOf(_log, job, phase, step => !job.Ledger.Holds(step)), areWritten: true);
    }
}
