using System.Collections.Immutable;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Scheduling;

/// <summary>Workers that get ready to join a generation while it trains. Immutable.</summary>
/// <param name="Generation">The generation; 0 when there is none.</param>
public sealed record Growth(int Generation)
{
    public static Growth None { get; } = new(0);

    /// <summary>The generation has been told to end for their sake.</summary>
    public bool IsEnding { get; init; }

    /// <summary>Who is to join.</summary>
    public IEnumerable<WorkerId> Newcomers => Asked;

    private ImmutableSortedSet<WorkerId> Asked { get; init; } = [];

    private ImmutableHashSet<WorkerId> Prepared { get; init; } = [];

    private ImmutableHashSet<WorkerId> Unable { get; init; } = [];

    /// <summary>These workers are free now, and no others.</summary>
    /// <returns>Those among them that are to get ready: what was lost on the way is sent again.</returns>
    public (Growth Growth, IReadOnlyList<RosterEntry> ToPrepare) Offered(int generation, IEnumerable<RosterEntry> free)
    {
        var before = generation == Generation ? this : new(generation);
        var workers = free.Where(worker => !before.Unable.Contains(worker.Worker)).ToList();
        var after = before with
        {
            Asked = [.. workers.Select(worker => worker.Worker)],
            Prepared = before.Prepared.Intersect(workers.Select(worker => worker.Worker)),
        };
        return (after, [.. workers.Where(worker => !after.Prepared.Contains(worker.Worker))]);
    }

    /// <summary>A worker is ready.</summary>
    public Growth Ready(WorkerId worker) => Asked.Contains(worker) ? this with { Prepared = Prepared.Add(worker) } : this;

    /// <summary>A worker cannot get ready: this generation does not end for it.</summary>
    public Growth Refused(WorkerId worker) =>
        Asked.Contains(worker) ? this with { Asked = Asked.Remove(worker), Unable = Unable.Add(worker) } : this;

    /// <summary>Whether there are newcomers and all of them are ready.</summary>
    public bool AllReady => !Asked.IsEmpty && Asked.SetEquals(Prepared);
}
