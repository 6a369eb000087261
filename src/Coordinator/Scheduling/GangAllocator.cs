using System.Collections.Immutable;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Scheduling;

/// <summary>A job that waits for workers.</summary>
public sealed record WorkerRequest(JobId Job, int MinWorkers, int MaxWorkers)
{
    /// <summary>Workers of its last generation that are known to be there; none before the first.</summary>
    public IReadOnlyCollection<WorkerId> Survivors { get; init; } = [];

    /// <summary>Its number, which the grant has too.</summary>
    public int Request { get; init; }

    /// <summary>Workers that the job must not get yet, each until when.</summary>
    public IReadOnlyDictionary<WorkerId, DateTimeOffset> LeftOut { get; init; } = ImmutableDictionary<WorkerId, DateTimeOffset>.Empty;

    public bool LeavesOut(WorkerId worker, DateTimeOffset now) => LeftOut.TryGetValue(worker, out var until) && now < until;
}

/// <summary>What the allocator says to the first job of the queue.</summary>
public abstract record AllocationDecision
{
    /// <summary>The job gets these workers, all at once.</summary>
    public sealed record Grant(IReadOnlyList<RosterEntry> Workers) : AllocationDecision;

    /// <param name="Because">One sentence with the numbers.</param>
    public sealed record Wait(string Because) : AllocationDecision;
}

/// <summary>Gang allocation: a job gets between its minimum and its maximum of workers at once, or waits. First come, first served.</summary>
public static class GangAllocator
{
    /// <summary>
    /// How long the set of free workers must have been unchanged before a job starts with fewer than its maximum. A job that lost a worker goes on
    /// without waiting, as soon as those that it has left are free.
    /// </summary>
    public static readonly TimeSpan Settle = TimeSpan.FromSeconds(1.5);

    /// <param name="request">The first job of the queue.</param>
    /// <param name="free">Workers that can be given.</param>
    /// <param name="unchangedFor">How long that set has been what it is.</param>
    public static AllocationDecision Decide(WorkerRequest request, IReadOnlyList<RosterEntry> free, TimeSpan unchangedFor)
    {
        free = OfOneClass(request, free);
        if (free.Count < request.MinWorkers)
            return new AllocationDecision.Wait($"{Workers(free.Count)} free, {request.MinWorkers} needed (resources.min_workers).");
        var goesOn = request.Survivors.Count > 0 && request.Survivors.All(survivor => free.Any(worker => worker.Worker == survivor));
        if (free.Count < request.MaxWorkers && !goesOn && unchangedFor < Settle)
            return new AllocationDecision.Wait($"{Workers(free.Count)} free, enough to start; waiting a moment for up to {request.MaxWorkers}.");
        // Who holds a state of the job need not be sent one.
        return new AllocationDecision.Grant([.. free.OrderByDescending(worker => worker.Held?.Job == request.Job).Take(request.MaxWorkers)]);
    }

    /// <summary>
    /// Devices of one kind compute alike and about as fast: the kind of those that hold a state of the job, else the one with the most workers, GPUs
    /// first.
    /// </summary>
    private static IReadOnlyList<RosterEntry> OfOneClass(WorkerRequest request, IReadOnlyList<RosterEntry> free) => free
        .GroupBy(worker => worker.DeviceClass)
        .OrderByDescending(kind => kind.Any(worker => worker.Held?.Job == request.Job)).ThenByDescending(kind => kind.Count() >= request.MinWorkers)
        .ThenByDescending(kind => kind.Key != RosterEntry.Processor).ThenByDescending(kind => kind.Count())
        .Select(kind => kind.ToList()).FirstOrDefault() ?? [];

    private static string Workers(int count) => count == 1 ? "1 worker is" : $"{count} workers are";
}
