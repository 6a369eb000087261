using System.Collections.Immutable;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Recovery;

/// <summary>What has failed in a job and how often, as its events tell it: a restart of the coordinator forgets nothing.</summary>
public sealed record Failures
{
    public static Failures None { get; } = new();

    /// <summary>Generations in a row that ended and left the job where they had begun: without a checkpoint, or a later step to go on from.</summary>
    public int Fruitless { get; init; }

    /// <summary>Generations in a row that ended without a step.</summary>
    public int Idle { get; init; }

    /// <summary>Workers that were at fault, once each.</summary>
    public ImmutableList<FaultyWorker> Workers { get; init; } = [];

    /// <summary>No generation is planned before; long ago when nothing is to be waited for.</summary>
    public DateTimeOffset TryAgainAt { get; init; }

    /// <summary>When the job last got further than where its newest generation began.</summary>
    public DateTimeOffset ProgressAt { get; init; }

    /// <summary>The step that the newest generation began after.</summary>
    public long BegunAt { get; init; }

    private JobEvents.GenerationPlanned? Newest { get; init; }

    /// <summary>How often a worker was at fault since a checkpoint was written with it.</summary>
    public int FaultsOf(WorkerId worker) => Workers.Find(known => known.Worker == worker)?.Faults ?? 0;

    /// <summary>The workers that the job must not be given, each until when.</summary>
    public IReadOnlyDictionary<WorkerId, DateTimeOffset> LeftOut(DateTimeOffset now) =>
        Workers.Where(known => known.Until > now).ToDictionary(known => known.Worker, known => known.Until);

    public Failures Apply(JobEvents.IJobEvent happened) => happened switch
    {
        JobEvents.GenerationPlanned e => Planned(e),
        JobEvents.GenerationEnded { Cause: EndCause.Asked } => this with { TryAgainAt = default },
        JobEvents.GenerationEnded e => this with
        {
            Fruitless = Fruitless + 1, Idle = e.Step > BegunAt ? 0 : Idle + 1, TryAgainAt = e.TryAgainAt ?? default,
        },
        JobEvents.WorkerLeftOut e => this with
        {
            Workers = Workers.RemoveAll(known => known.Worker == e.Worker)
                .Add(new(e.Worker, FaultsOf(e.Worker) + 1, e.At, e.Until, e.Because)),
        },
        JobEvents.CheckpointCommitted e => Further(e.At) with { Workers = Workers.RemoveAll(HasDoneWell) },
        JobEvents.PhaseCompleted e => Further(e.At),
        // Whoever takes the job up says that the causes are mended.
        JobEvents.JobResumed => None,
        _ => this,
    };

    private Failures Planned(JobEvents.GenerationPlanned e)
    {
        var isFurther = Newest is { } before && (before.PhaseIndex != e.PhaseIndex || e.ResumeStep > before.ResumeStep);
        return (isFurther ? Further(e.At) : this) with { Newest = e, BegunAt = e.ResumeStep, TryAgainAt = default };
    }

    private Failures Further(DateTimeOffset at) => this with { Fruitless = 0, Idle = 0, ProgressAt = at };

    // A checkpoint may be told of after the fault that ended its generation: that one is not forgotten.
    private bool HasDoneWell(FaultyWorker known) =>
        Newest is { } newest && known.At < newest.At && newest.Members.Any(member => member.Worker == known.Worker);
}

/// <summary>A worker that was at fault.</summary>
/// <param name="Faults">How often, at least 1.</param>
/// <param name="At">When it last was.</param>
/// <param name="Until">When the job may be given it again.</param>
/// <param name="Because">What it did last, as a sentence.</param>
public sealed record FaultyWorker(WorkerId Worker, int Faults, DateTimeOffset At, DateTimeOffset Until, string Because);
