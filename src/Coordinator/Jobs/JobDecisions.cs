using System.Collections.Immutable;
using System.Diagnostics;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Recovery;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Which events a command leads to. Pure; a command that the state has outlived, or has obeyed before, leads to none.</summary>
public static class JobDecisions
{
    /// <summary>Steps are stored at most this often, unless other events follow them: an event a step would only fill the journal.</summary>
    public static readonly TimeSpan WatermarkInterval = TimeSpan.FromSeconds(5);

    public static IReadOnlyList<JobEvents.IJobEvent> Decide(this JobState job, JobCommand command, DateTimeOffset now) => command switch
    {
        JobCommand.Resume c => Resume(job, c, now),
        // Whoever takes the job up again goes on from the last checkpoint that was written, also from one that was being written when it ended.
        JobCommand.NoteCheckpoint c when job.Stage != JobStage.Completed => Commit(job, c, now),
        JobCommand.NoteValidation c =>
            job.IsNewest(c.Generation) && c.Validation.Phase == job.Phase?.Name && !job.Validations.Contains(c.Validation.Step)
            ? [new JobEvents.Validated(now, c.Generation, c.Validation)]
            : [],
        JobCommand.NoteSteps c => job.IsNewest(c.Generation) ? Committed(job, c, now) : [],
        _ when job.HasEnded => [],
        JobCommand.NoteData c when job.Stage != JobStage.Preparing => [],
        JobCommand.NoteData c when ChangedSince(job, c.Data) is { } phase => [new JobEvents.JobFailed(now,
            $"The training data of phase {phase} is no longer what the phase has trained on: its file is another one now. Restore the file, or " +
                $"submit it as a new job, which can go on from this one's result with 'start: {job.Job}'.")],
        JobCommand.NoteData c => [new JobEvents.DataPrepared(now, c.Data), .. NextPhase(job, now)],
        JobCommand.PlanGeneration c => job.Stage == JobStage.Waiting ? [Plan(job, c, now)] : [],
        // Every member says that it has started; the first word counts.
        JobCommand.NoteStart c => IsCurrent(job, c.Generation) && job.StartedGeneration < c.Generation ? [Start(job, c, now)] : [],
        JobCommand.EndGeneration c => IsCurrent(job, c.Generation) ? Setbacks.AfterEnd(job, c, now) : [],
        JobCommand.FinishPhase c => IsCurrent(job, c.Generation) ? Finish(job, c, now) : [],
        JobCommand.Fail c when job.Stage != JobStage.Preparing => [],
        JobCommand.Fail c => [new JobEvents.JobFailed(now, c.Because)],
        JobCommand.Cancel c => [new JobEvents.JobCancelled(now, c.Because)],
        JobCommand.Pause c => Setbacks.Pause(job, c.Because, now),
        JobCommand.NobodyLeft => Setbacks.NobodyLeft(job, now),
        _ => throw new UnreachableException($"A command of an unknown kind, {command.GetType().Name}."),
    };

    /// <summary>A phase that has begun, and whose training data was prepared anew and is not the same; null: none.</summary>
    private static string? ChangedSince(JobState job, PreparedData prepared)
    {
        var begun = job.Spec.Phases.Take(job.PhaseIndex + 1).Select(phase => phase.Name);
        return begun.FirstOrDefault(phase => HashOf(job.Data, phase) is { } before && HashOf(prepared, phase) != before);

        static string? HashOf(PreparedData? data, string phase) => data?.Phases.FirstOrDefault(each => each.Phase == phase)?.TrainingHash();
    }

    /// <summary>How many steps its epochs are, a phase knows only when it begins.</summary>
    private static JobEvents.GenerationStarted Start(JobState job, JobCommand.NoteStart c, DateTimeOffset now) =>
        new(now, c.Generation, c.Step, c.TotalSteps, c.Step == 0 && job.Phase is { Epochs: not null } phase ? phase.DoubtAt(c.TotalSteps) : null);

    private static bool IsCurrent(JobState job, int generation) => job.Plan?.Generation == generation;

    private static JobEvents.PhaseStarted StartOf(JobState job, int phase, DateTimeOffset now) =>
        new(now, phase, job.Spec.Phases[phase].Name, PhaseSequence.StartOf(job, phase));

    // After a preparation or when a job is taken up, a phase may be due that has not begun.
    private static IEnumerable<JobEvents.IJobEvent> NextPhase(JobState job, DateTimeOffset now) => job.CompletedPhases.Count > job.PhaseIndex
        ? [StartOf(job, job.CompletedPhases.Count, now)]
        : [];

    private static IReadOnlyList<JobEvents.IJobEvent> Resume(JobState job, JobCommand.Resume c, DateTimeOffset now)
    {
        var resumption = JobResumption.Of(job, c.Spec, c.DataIsMissing);
        if (resumption.Refusals.Count > 0 || (!job.Stage.Rests() && resumption.Changes.Count == 0)) return [];
        IEnumerable<string> because = [c.Because, .. resumption.Changes.Select(change => $"{change}."), .. c.DataIsMissing
            ? ["Files of its prepared data are missing: it is prepared anew."] : Array.Empty<string>()];
        var resumed = new JobEvents.JobResumed(now, JobSpecWriter.ToJson(c.Spec), resumption.CompletedPhases, resumption.Prepares,
            string.Join(" ", because));
        return
        [
            .. job.Plan is { } running
                ? [new JobEvents.GenerationEnded(now, running.Generation, job.Step, "The job is changed.", EndCause.Asked)]
                : Array.Empty<JobEvents.IJobEvent>(),
            resumed,
            .. resumption.Prepares ? [] : NextPhase(job.Apply(resumed), now),
        ];
    }

    // From the highest step that a member holds; from a folder only where that has more, or nobody holds anything.
    private static JobEvents.GenerationPlanned Plan(JobState job, JobCommand.PlanGeneration c, DateTimeOffset now)
    {
        var resume = job.Checkpoints.Newest(job.Phase!.Name);
        var (holder, held) = (c.Held ?? ImmutableDictionary<WorkerId, RosterProtocol.HeldState>.Empty)
            .Where(each => job.GoesOnFrom(each.Value) && each.Value.Step >= Math.Max(1, resume?.Step ?? 0))
            .OrderByDescending(each => each.Value.Step).ThenByDescending(each => each.Value.IsSettled).ThenBy(each => each.Key).FirstOrDefault();
        return held is null
            ? new(now, job.Generation + 1, job.PhaseIndex, c.Members, resume?.Folder, resume?.Step ?? 0)
            : new(now, job.Generation + 1, job.PhaseIndex, c.Members, null, held.Step, holder);
    }

    // Of a generation that has ended they come late, and nothing may come after them.
    private static IReadOnlyList<JobEvents.IJobEvent> Committed(JobState job, JobCommand.NoteSteps c, DateTimeOffset now) =>
        !c.AtOnce && IsCurrent(job, c.Generation) && now - job.WatermarkAt < WatermarkInterval ? [] : StepCommits.Of(job, c.Generation, c.Steps, now);

    // Also of a generation that has ended meanwhile: the checkpoint lies complete on disk, so going back further would lose work. One that is older
    // than the newest is of no use: it is late, or retention dropped it and its report comes again.
    private static IReadOnlyList<JobEvents.IJobEvent> Commit(JobState job, JobCommand.NoteCheckpoint c, DateTimeOffset now) =>
        job.Phase?.Name == c.Checkpoint.Phase && !job.Checkpoints.Holds(c.Checkpoint)
        && c.Checkpoint.Step > (job.Checkpoints.Newest(c.Checkpoint.Phase)?.Step ?? 0)
            ? [new JobEvents.CheckpointCommitted(now, c.Generation, c.Checkpoint)]
            : [];

    private static IReadOnlyList<JobEvents.IJobEvent> Finish(JobState job, JobCommand.FinishPhase c, DateTimeOffset now)
    {
        var phase = job.Phase!.Name;
        // With an older one the steps after it would be lost in silence.
        if (!job.Checkpoints.Holds(phase, c.Step) || job.Checkpoints.Result(phase) is not { } result)
            return Setbacks.AfterEnd(job, new(c.Generation, new(
                $"Phase {phase} finished at step {c.Step}, but the checkpoint of that step was not committed.", EndCause.MemberLost), c.Step), now);
        var completed = new JobEvents.PhaseCompleted(now, job.PhaseIndex, phase, c.Step, c.Loss, result, StoppedEarly(job, c.Step),
            PhaseOutcome.BesideStart(job, c.Step));
        return PhaseSequence.Next(job.Spec, job.PhaseIndex) is { } next
            ? [completed, StartOf(job.Apply(completed), next, now)]
            : [completed, new JobEvents.JobCompleted(now, result)];
    }

    private static string? StoppedEarly(JobState job, long step) => step < job.TotalSteps
        ? $"stopped early at step {step}: no better {job.Phase!.Validate.Metric} in {job.Phase.Validate.Patience} validations"
        : null;
}
