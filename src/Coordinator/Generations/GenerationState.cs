using System.Collections.Immutable;
using DistTrain.Coordinator.Recovery;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Generations;

/// <summary>What the members of a generation have said so far. Immutable, without actors or clock.</summary>
/// <param name="Members">All of them.</param>
public sealed record GenerationState(ImmutableSortedSet<WorkerId> Members)
{
    /// <summary>Members whose ring is closed, or who were seen training this generation.</summary>
    public ImmutableSortedSet<WorkerId> Training { get; init; } = [];

    /// <summary>Members that reached the phase's end, with the hash of their parameters.</summary>
    public ImmutableSortedDictionary<WorkerId, string> Finished { get; init; } = ImmutableSortedDictionary<WorkerId, string>.Empty;

    /// <summary>Members that no longer train, or are gone.</summary>
    public ImmutableSortedSet<WorkerId> Over { get; init; } = [];

    /// <summary>Members that said themselves that they no longer train.</summary>
    public ImmutableSortedSet<WorkerId> Stopped { get; init; } = [];

    /// <summary>Why the generation has to end; null while it is well. A ring that broke is told by whom it lacks, not by who noticed.</summary>
    public string? EndsBecause => Reason ?? (Culprit is { } culprit ? $"Worker '{culprit.Worker}' {culprit.Reason}." : null);

    /// <summary>What ends it; of no meaning while it is well.</summary>
    public EndCause Cause { get; init; }

    /// <summary>How it ended, for its job.</summary>
    public GenerationEnd End => new(EndsBecause ?? "It was told to end.", Cause, Reason is null ? Culprit?.Worker : By) { Faults = Faults };

    /// <summary>The last step that a member of a broken ring knows to be done; 0 when none said so.</summary>
    public long StepsDone => Breaks.IsEmpty ? 0 : Breaks.Max(seen => seen.StepsDone);

    /// <summary>Members that others miss in the ring and that have not been heard themselves since.</summary>
    public IEnumerable<WorkerId> Missed => Breaks.Select(seen => seen.Worker).Where(Members.Contains).Except(Over);

    private string? Reason { get; init; }

    private WorkerId? By { get; init; }

    private ImmutableList<WorkerFault> Faults { get; init; } = [];

    private ImmutableList<TrainingProtocol.RingBreak> Breaks { get; init; } = [];

    // Who speaks is there: when members miss each other, the one that is silent was lost first.
    private TrainingProtocol.RingBreak? Culprit => Breaks.Find(seen => !Stopped.Contains(seen.Worker)) ?? Breaks.FirstOrDefault();

    public bool AllTrain => Training.Count == Members.Count;

    public bool AllFinished => Finished.Count == Members.Count;

    public bool AllOver => Over.Count == Members.Count;

    /// <summary>
    /// The generation ends for a reason. What comes first explains what comes after, but for what weighs more: a fault explains all.
    /// </summary>
    /// <param name="worker">Whose doing it is; null when it is that of no single one.</param>
    public GenerationState EndingBecause(string because, EndCause cause, WorkerId? worker = null) =>
        EndsBecause is null || Weight(cause) > Weight(Cause) ? this with { Reason = because, Cause = cause, By = worker } : this;

    /// <summary>A member is at fault, by its own word or by another's.</summary>
    public GenerationState WithFault(WorkerFault fault) =>
        Faults.Exists(known => known.Worker == fault.Worker) ? this : this with { Faults = Faults.Add(fault) };

    /// <summary>A member said that the ring broke; when nothing else ended the generation before, that did.</summary>
    public GenerationState WithBreak(TrainingProtocol.RingBreak seen) => this with { Breaks = Breaks.Add(seen) };

    /// <summary>A member said that it no longer trains.</summary>
    public GenerationState WithStopped(WorkerId member) => this with { Stopped = Stopped.Add(member), Over = Over.Add(member) };

    public GenerationState WithTraining(WorkerId member) => this with { Training = Training.Add(member) };

    public GenerationState WithFinished(WorkerId member, string hash)
    {
        var state = this with { Training = Training.Add(member), Finished = Finished.SetItem(member, hash) };
        if (!state.AllFinished || state.Finished.Values.Distinct().Count() == 1) return state;
        var usual = state.Finished.Values.CountBy(ended => ended).MaxBy(group => group.Value);
        if (2 * usual.Value <= Members.Count)
            return state.EndingBecause("The members ended with different parameters, and nobody knows whose are right.", EndCause.MembersDiffer);
        return state.Finished.Where(finished => finished.Value != usual.Key)
            .Select(odd => new WorkerFault(odd.Key, "It ended with other parameters than the rest. Its memory or device may be faulty."))
            .Aggregate(state, (ending, fault) => ending.WithFault(fault)
                .EndingBecause($"Worker {fault.Worker} is at fault: {fault.Because}", EndCause.WorkerAtFault, fault.Worker));
    }

    public GenerationState WithOver(WorkerId member) => this with { Over = Over.Add(member) };

    // Who asks for the end of a generation that has lost a member does not explain the loss, nor the other way round.
    private static int Weight(EndCause cause) => cause == EndCause.Asked ? 0 : (int)cause;
}
