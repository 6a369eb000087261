using System.Collections.Immutable;
using System.Diagnostics;
using DistTrain.Coordinator.Checkpoints;
using DistTrain.Coordinator.Recovery;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;

namespace DistTrain.Coordinator.Jobs.State;

/// <summary>
/// One job as its events tell it. <see cref="JobDecisions.Decide"/> says which events a command leads to; <see cref="Apply"/> folds
/// an event in. Both are pure: time comes with the command and stays in the event.
/// </summary>
public sealed record JobState
{
    public required JobId Job { get; init; }
    public required JobSpec Spec { get; init; }

    /// <summary>The specification as canonical JSON, as members receive it.</summary>
    public required string SpecJson { get; init; }

    public required string DataRoot { get; init; }
    public required string RunFolder { get; init; }
    public required DateTimeOffset SubmittedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public JobStage Stage { get; init; } = JobStage.Preparing;

    /// <summary>How the job ended, why it is paused, or why its last generation ended; empty otherwise.</summary>
    public string Because { get; init; } = "";

    public PreparedData? Data { get; init; }

    /// <summary>Whether <see cref="Data"/> is what the specification asks for; a changed one may ask for other data than were prepared.</summary>
    public bool IsPrepared { get; init; }

    /// <summary>0-based; -1 before the first phase.</summary>
    public int PhaseIndex { get; init; } = -1;

    /// <summary>Checkpoint folder that the phase started from; null for fresh weights.</summary>
    public string? PhaseStart { get; init; }

    /// <summary>Number of the newest generation, counted over the whole job; 0 before the first.</summary>
    public int Generation { get; init; }

    /// <summary>Index of the phase that the newest generation trains or trained.</summary>
    public int GenerationPhase { get; init; }

    /// <summary>
    /// Whether this is the newest generation, in the phase that the job is in. While no other is planned its reports still count after its end: a
    /// checkpoint that was being written may still come, and the job then goes on behind that.
    /// </summary>
    public bool IsNewest(int generation) =>
        Stage != JobStage.Completed && generation > 0 && Generation == generation && GenerationPhase == PhaseIndex;

    /// <summary>The newest generation that has begun to train.</summary>
    public int StartedGeneration { get; init; }

    /// <summary>The generation that works now; null while there is none.</summary>
    public JobEvents.GenerationPlanned? Plan { get; init; }

    /// <summary>Which of the states that workers hold belong to the phase.</summary>
    public Lineage Lineage { get; init; } = Lineage.Empty;

    /// <summary>Whether the phase can go on from what a worker holds.</summary>
    public bool GoesOnFrom(RosterProtocol.HeldState held) =>
        held.Job == Job && held.PhaseIndex == PhaseIndex && held.Generation <= Generation && Lineage.Includes(held);

    /// <summary>Watermark: steps of the phase that are known to be done.</summary>
    public long Step { get; init; }

    /// <summary>The steps of the phase that the journal tells of, but for those that were undone.</summary>
    public StepRanges Ledger { get; init; } = StepRanges.Empty;

    /// <summary>Steps of the phase; 0 until a member has said it.</summary>
    public long TotalSteps { get; init; }

    /// <summary>The phase is completed, with fewer steps than were planned: its patience was at its end.</summary>
    public bool StoppedEarly { get; init; }

    public DateTimeOffset WatermarkAt { get; init; }
    public CheckpointCatalog Checkpoints { get; init; } = CheckpointCatalog.Empty;
    public ImmutableList<JobsProtocol.PhaseReport> CompletedPhases { get; init; } = [];

    /// <summary>Folder that the last completed phase came to; null before the first.</summary>
    public string? Result { get; init; }

    /// <summary>The folder that each phase last came to, by the phases' names.</summary>
    public ImmutableDictionary<string, string> Results { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Metrics of the phase's last validation; one of fewer steps whose report comes late is not that.</summary>
    public IReadOnlyDictionary<string, double> LastMetrics { get; init; } = ImmutableDictionary<string, double>.Empty;

    /// <summary>
    /// Steps of the phase's stored validations, but for those that were undone: each report may come again, and one that was lost comes late.
    /// </summary>
    public ImmutableSortedSet<long> Validations { get; init; } = [];

    /// <summary>What the validations found, in the order in which they were told: another metric may rank the checkpoints later.</summary>
    public ImmutableList<Measurement> Measured { get; init; } = [];

    /// <summary>What has failed, and how often.</summary>
    public Failures Failures { get; init; } = Failures.None;

    public PhaseSpec? Phase => PhaseIndex >= 0 && PhaseIndex < Spec.Phases.Count ? Spec.Phases[PhaseIndex] : null;

    public bool HasEnded => Stage.HasEnded();

    /// <summary>The state that a job starts with.</summary>
    /// <exception cref="InvalidDataException">The stored specification is not readable by this version.</exception>
    public static JobState From(JobEvents.JobSubmitted submitted)
    {
        return new JobState
        {
            Job = submitted.Job,
            Spec = Read(submitted.Job, submitted.Spec),
            SpecJson = submitted.Spec,
            DataRoot = submitted.DataRoot,
            RunFolder = submitted.RunFolder,
            SubmittedAt = submitted.At,
            WatermarkAt = submitted.At,
        };
    }

    /// <exception cref="UnreachableException">The event is of a kind that this version does not know.</exception>
    public JobState Apply(JobEvents.IJobEvent happened) => Folded(happened) with { Failures = Failures.Apply(happened) };

    private JobState Folded(JobEvents.IJobEvent happened) => happened switch
    {
        JobEvents.DataPrepared e => this with { Data = e.Data, IsPrepared = true, Stage = JobStage.Waiting },
        JobEvents.PhaseStarted e => this with
        {
            PhaseIndex = e.PhaseIndex, PhaseStart = e.PhaseStart, Step = 0, Ledger = StepRanges.Empty, TotalSteps = 0, StoppedEarly = false,
            LastMetrics = ImmutableDictionary<string, double>.Empty,
            Stage = JobStage.Waiting, Checkpoints = Checkpoints.Started(e.Phase, e.PhaseStart), Validations = [],
            Lineage = Lineage.RestartedAfter(Generation),
        },
        JobEvents.GenerationPlanned e =>
            this with { Generation = e.Generation, GenerationPhase = e.PhaseIndex, Plan = e, Stage = JobStage.Training, Step = e.ResumeStep,
                Ledger = Ledger.UpTo(e.ResumeStep), Validations = [.. Validations.Where(step => step <= e.ResumeStep)] },
        JobEvents.GenerationStarted e => Started(e),
        JobEvents.StepsCommitted e => this with { Step = Math.Max(Step, e.Step), WatermarkAt = e.At, Ledger = Ledger.With(e.From ?? 1, e.Step) },
        JobEvents.CheckpointCommitted e => this with
        {
            Checkpoints = Retained(Checkpoints.With(e.Checkpoint), e.Checkpoint.Phase),
            Step = Math.Max(Step, e.Checkpoint.Step),
        },
        JobEvents.CheckpointLost e => this with { Checkpoints = Checkpoints.WithDamaged(e.Folder) },
        JobEvents.Validated e => this with
        {
            LastMetrics = Validations.Any(step => step > e.Validation.Step)
                ? LastMetrics : e.Validation.Metrics, Validations = Validations.Add(e.Validation.Step),
            Measured = Measured.Add(new(e.Validation.Phase, e.Validation.Step, e.Validation.Metrics)), Checkpoints = Scored(e.Validation),
        },
        JobEvents.GenerationEnded e => this with
        {
            Plan = null, Stage = JobStage.Waiting, Because = e.Because, Step = e.Step,
            // Whose state is right nobody knows: only what was written before counts.
            Lineage = e.Cause == EndCause.MembersDiffer ? Lineage.RestartedAfter(Generation) : Lineage,
        },
        JobEvents.PhaseCompleted e => this with
        {
            Plan = null, Stage = JobStage.Waiting, Step = e.Steps, TotalSteps = e.Steps, StoppedEarly = e.StoppedEarly is not null,
            CompletedPhases = CompletedPhases.Add(new(e.Phase, e.Steps, e.Loss, LastMetrics, e.BesideStart)), Result = e.Checkpoint,
            Results = Results.SetItem(e.Phase, e.Checkpoint),
        },
        JobEvents.WorkerLeftOut => this,
        JobEvents.JobPaused e => this with { Stage = JobStage.Paused, Plan = null, Because = e.Because },
        JobEvents.JobCompleted e => Ended(JobStage.Completed, e.At, ""),
        JobEvents.JobFailed e => Ended(JobStage.Failed, e.At, e.Because),
        JobEvents.JobCancelled e => Ended(JobStage.Cancelled, e.At, e.Because),
        JobEvents.JobResumed e => Resumed(e),
        _ => throw new UnreachableException($"Job {Job}: the journal holds an event that this version does not know, {happened.GetType().Name}."),
    };

    private JobState Ended(JobStage stage, DateTimeOffset at, string because) =>
        this with { Stage = stage, Plan = null, EndedAt = at, Because = because };

    private JobState Resumed(JobEvents.JobResumed e)
    {
        var spec = Read(Job, e.Spec);
        var now = this with
        {
            Spec = spec, SpecJson = e.Spec, Stage = e.Prepares
                ? JobStage.Preparing : JobStage.Waiting, IsPrepared = !e.Prepares, Plan = null, EndedAt = null, Because = "",
            CompletedPhases = [.. CompletedPhases.Take(e.CompletedPhases)],
            Lineage = e.Spec == SpecJson ? Lineage : Lineage.RestartedAfter(Generation),
        };
        if (Phase is not { } before || now.Phase is not { } after || e.CompletedPhases > PhaseIndex) return now;
        var comparable = before.Validate.Metric == after.Validate.Metric;
        return now with
        {
            Step = Checkpoints.Newest(before.Name)?.Step ?? 0, TotalSteps = after.Steps ?? 0, StoppedEarly = false,
            Checkpoints = comparable ? Checkpoints : Rescored(after),
        };
    }

    // Scores by the former metric say nothing any more.
    private CheckpointCatalog Rescored(PhaseSpec phase) => Measured.Where(measured => measured.Phase == phase.Name).Aggregate(
        Checkpoints.WithoutScores(phase.Name),
        (catalog, measured) => phase.Score(measured.Metrics) is { } score ? catalog.Scored(phase.Name, measured.Step, score) : catalog);

    private static JobSpec Read(JobId job, string stored)
    {
        var read = JobSpecReader.Read(stored, $"{job}.json");
        return read.Spec
            ?? throw new InvalidDataException($"The stored specification of job {job} is not readable: {string.Join(" ", read.Problems)}");
    }

    private CheckpointCatalog Scored(ValidationRecord validation)
    {
        var phase = Spec.Phases.FirstOrDefault(phase => phase.Name == validation.Phase);
        return phase?.Score(validation.Metrics) is { } score
            ? Retained(Checkpoints.Scored(validation.Phase, validation.Step, score), validation.Phase)
            : Checkpoints;
    }

    // Members say that they have started when all have loaded what they start from: nothing of it is held any longer.
    private JobState Started(JobEvents.GenerationStarted e)
    {
        var started = this with
        {
            StartedGeneration = e.Generation, TotalSteps = e.TotalSteps, Because = "", Lineage = Lineage.Started(e.Generation, e.Step),
        };
        return Phase is { } phase ? started with { Checkpoints = started.Retained(Checkpoints, phase.Name) } : started;
    }

    private CheckpointCatalog Retained(CheckpointCatalog catalog, string phase) =>
        catalog.Retain(phase, Spec.Checkpoints, PhaseStart, Plan?.Generation > StartedGeneration ? Plan.ResumeFrom : null);
}

/// <summary>What the validation after a step of a phase found, by the metrics' names.</summary>
public sealed record Measurement(string Phase, long Step, IReadOnlyDictionary<string, double> Metrics);
