using DistTrain.Shared.Datasets.Preparation;

namespace DistTrain.Shared.Protocol;

/// <summary>What the journal holds: the life of each job. Events are facts in the past tense and carry their time.</summary>
public static class JobEvents
{
    /// <summary>An event of one job's journal.</summary>
    public interface IJobEvent : IWireMessage
    {
        DateTimeOffset At { get; }
    }

    /// <summary>An event of the journal of the job list.</summary>
    public interface IListEvent : IWireMessage
    {
        DateTimeOffset At { get; }
    }

    /// <summary>In the journal of the job list: a job exists.</summary>
    /// <param name="RequestId">The client's name for the submission: the same one submitted twice is one job.</param>
    public sealed record JobListed(DateTimeOffset At, JobId Job, string Name, string RequestId) : IListEvent;

    /// <summary>In the journal of the job list, once: the journal has a name, by which workers tell it from another one.</summary>
    /// <param name="Identity">Made by chance.</param>
    public sealed record JournalNamed(DateTimeOffset At, string Identity) : IListEvent;

    /// <summary>In the journal of the job list: a job has ended, and how; its own journal need not be read to list it.</summary>
    public sealed record JobEnded(DateTimeOffset At, JobsProtocol.JobStatus Status) : IListEvent;

    /// <summary>In the journal of the job list: a job that had ended is at work again.</summary>
    public sealed record JobReopened(DateTimeOffset At, JobId Job) : IListEvent;

    /// <param name="Spec">Canonical JSON.</param>
    /// <param name="DataRoot">Folder that relative data paths start from.</param>
    /// <param name="RunFolder">Where the job's files lie.</param>
    public sealed record JobSubmitted(DateTimeOffset At, JobId Job, string Spec, string DataRoot, string RunFolder) : IJobEvent;

    public sealed record DataPrepared(DateTimeOffset At, PreparedData Data) : IJobEvent;

    public sealed record PhaseStarted(DateTimeOffset At, int PhaseIndex, string Phase, string? PhaseStart) : IJobEvent;

    /// <param name="ResumeFrom">Checkpoint folder to go on from; null where a member holds the state, and at the phase's start.</param>
    /// <param name="ResumeStep">Steps of the phase that the generation starts from.</param>
    /// <param name="Holder">The member in whose memory the state of that step is; null when it comes from a folder, or is to be made.</param>
    public sealed record GenerationPlanned(
        DateTimeOffset At, int Generation, int PhaseIndex, IReadOnlyList<TrainingProtocol.Member> Members, string? ResumeFrom, long ResumeStep,
        WorkerId? Holder = null) : IJobEvent;

    /// <param name="Doubt">What to think about now that the phase's length is known, as a sentence; null: nothing.</param>
    public sealed record GenerationStarted(DateTimeOffset At, int Generation, long Step, long TotalSteps, string? Doubt = null) : IJobEvent;

    /// <summary>
    /// The ledger, written every few seconds and before whatever comes after the steps: these steps of the phase are done. Each is told of once,
    /// unless a generation is planned that begins before it, which undoes it.
    /// </summary>
    /// <param name="Step">The last of them.</param>
    /// <param name="Loss">Of the last.</param>
    /// <param name="From">The first of them; null from a version that kept no ledger: every step up to the last is done.</param>
    /// <param name="Examples">Examples that the members computed in them; null where a member did not count.</param>
    /// <param name="Digest">Sum of the steps' <see cref="Datasets.ExampleDigest.OfStep"/> modulo 2^32; null as <paramref name="Examples"/>
    /// is.</param>
    public sealed record StepsCommitted(
        DateTimeOffset At, int Generation, long Step, double Loss, long? From = null, long? Examples = null, long? Digest = null) : IJobEvent;

    public sealed record CheckpointCommitted(DateTimeOffset At, int Generation, CheckpointRecord Checkpoint) : IJobEvent;

    /// <summary>A checkpoint could not be read when it was to be resumed from; the job goes further back.</summary>
    public sealed record CheckpointLost(DateTimeOffset At, string Folder, string Because) : IJobEvent;

    public sealed record Validated(DateTimeOffset At, int Generation, ValidationRecord Validation) : IJobEvent;

    /// <param name="Because">One sentence, which names the worker whose doing it was.</param>
    /// <param name="Worker">That worker; null when it was that of no single one.</param>
    /// <param name="TryAgainAt">No other generation is planned before; null: at once.</param>
    public sealed record GenerationEnded(
        DateTimeOffset At, int Generation, long Step, string Because, EndCause Cause = EndCause.MemberLost, WorkerId? Worker = null,
        DateTimeOffset? TryAgainAt = null) : IJobEvent;

    /// <summary>A worker was at fault: the job goes on without it for a while.</summary>
    /// <param name="Until">From then on it may be given the job again.</param>
    /// <param name="Because">What it did, as a sentence.</param>
    public sealed record WorkerLeftOut(DateTimeOffset At, WorkerId Worker, DateTimeOffset Until, string Because) : IJobEvent;

    /// <summary>The job holds no workers until somebody takes it up.</summary>
    /// <param name="Because">Why, with the remedy.</param>
    public sealed record JobPaused(DateTimeOffset At, string Because) : IJobEvent;

    /// <param name="Steps">Steps that were done.</param>
    /// <param name="Checkpoint">Folder of its result: its best checkpoint, or what it started from where that is as good.</param>
    /// <param name="BesideStart">One sentence where the phase, or its end, is no better than its start; null elsewhere.</param>
    /// <param name="StoppedEarly">Why they are fewer than were planned, without a full stop; null when all were done.</param>
    public sealed record PhaseCompleted(
        DateTimeOffset At, int PhaseIndex, string Phase, long Steps, double Loss, string Checkpoint, string? StoppedEarly = null,
        string? BesideStart = null) : IJobEvent;

    public sealed record JobCompleted(DateTimeOffset At, string Checkpoint) : IJobEvent;

    public sealed record JobFailed(DateTimeOffset At, string Because) : IJobEvent;

    public sealed record JobCancelled(DateTimeOffset At, string Because) : IJobEvent;

    /// <summary>The job goes on from its newest checkpoint: after its end or a pause, or changed.</summary>
    /// <param name="Spec">What it is to do from now on, as canonical JSON.</param>
    /// <param name="CompletedPhases">How many of its phases stay as they are.</param>
    /// <param name="Prepares">True when data has to be prepared first.</param>
    /// <param name="Because">Why, and what changed, in words.</param>
    public sealed record JobResumed(DateTimeOffset At, string Spec, int CompletedPhases, bool Prepares, string Because) : IJobEvent;
}
