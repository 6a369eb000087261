using System.Collections.Immutable;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Workers;

/// <summary>
/// Which workers' processes live. That a node was removed from the cluster, or its actor ended, is no proof: a worker outlives its actor
/// system. Immutable; time is passed in.
/// </summary>
public sealed record Leases
{
    /// <summary>When this much time passes between two looks, the coordinator itself was paused, and nobody was silent meanwhile.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    public static Leases None { get; } = new();

    private ImmutableSortedDictionary<WorkerId, Lease> Held { get; init; } = ImmutableSortedDictionary<WorkerId, Lease>.Empty;

    private DateTimeOffset? LastLook { get; init; }

    public IEnumerable<Lease> All => Held.Values;

    /// <summary>A worker said hello.</summary>
    public Leases Heard(WorkerId worker, string host, int dataPort, DateTimeOffset now) =>
        this with { Held = Held.SetItem(worker, new(worker, host, dataPort, now)) };

    /// <summary>
    /// A worker is believed to train, from before the coordinator's restart. It is dialled at the next look; one that was heard is known already.
    /// </summary>
    public Leases Expect(TrainingProtocol.Member member, DateTimeOffset now) => Held.ContainsKey(member.Worker)
        ? this
        : this with { Held = Held.Add(member.Worker, new(member.Worker, member.Host, member.Port, now, DialOutcome.Accepted)) };

    /// <summary>The worker's actor is gone; its port is dialled at the next look.</summary>
    public Leases Suspect(WorkerId worker) => Change(worker, lease => lease with { Port = lease.Port ?? DialOutcome.Accepted });

    /// <summary>What a dialled port said. A hello that came meanwhile says more.</summary>
    public Leases Answered(WorkerId worker, DialOutcome outcome) =>
        Change(worker, lease => lease.Dialled ? lease with { Port = outcome, Dialled = false } : lease);

    /// <summary>To be asked about twice a second.</summary>
    /// <returns>The leases from now on, those whose ports are to be dialled, and those that are over, each with the reason.</returns>
    public (Leases Leases, IReadOnlyList<Lease> ToDial, IReadOnlyList<(WorkerId Worker, string Because)> Lost) Look(DateTimeOffset now)
    {
        var slept = LastLook is { } before && now - before > Pause ? now - before : TimeSpan.Zero;
        var held = Held.Values.Select(lease => lease with { LastHeard = Min(now, lease.LastHeard + slept) }).ToList();
        var lost = held.Select(lease => (lease.Worker, Because: lease.Lost(now))).Where(lease => lease.Because is not null)
            .Select(lease => (lease.Worker, lease.Because!)).ToList();
        var toDial = held.Where(lease => lease.Lost(now) is null && !lease.Dialled
            && (lease.Port is not null || now - lease.LastHeard >= Lease.DialAfter)).ToList();
        var after = held.Where(lease => lease.Lost(now) is null).Select(lease => toDial.Contains(lease) ? lease with { Dialled = true } : lease);
        return (this with { Held = after.ToImmutableSortedDictionary(lease => lease.Worker, lease => lease), LastLook = now }, toDial, lost);
    }

    private static DateTimeOffset Min(DateTimeOffset left, DateTimeOffset right) => left < right ? left : right;

    private Leases Change(WorkerId worker, Func<Lease, Lease> change) =>
        Held.TryGetValue(worker, out var lease) ? this with { Held = Held.SetItem(worker, change(lease)) } : this;
}
