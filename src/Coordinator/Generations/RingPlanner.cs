using DistTrain.Shared.Protocol;
using DistTrain.Coordinator.Workers;

namespace DistTrain.Coordinator.Generations;

/// <summary>
/// Who stands where in the ring. The place decides the share of every global batch: batch plan and shares are functions of the job,
/// the step, the number of members and the place, so members need no word from the coordinator to know their examples.
/// </summary>
public static class RingPlanner
{
    /// <summary>
    /// Members of one host stand side by side, so that the ring crosses between hosts as seldom as it can; the order is fixed by name.
    /// </summary>
    public static IReadOnlyList<TrainingProtocol.Member> Order(IEnumerable<RosterEntry> workers) => workers
        .OrderBy(worker => worker.Host, StringComparer.Ordinal).ThenBy(worker => worker.Worker)
        .Select(worker => new TrainingProtocol.Member(worker.Worker, worker.Host, worker.DataPort))
        .ToList();

    /// <summary>Threads for each member: the cores of a host, shared among the members on it. At least 1.</summary>
    public static int ThreadsFor(RosterEntry worker, IEnumerable<RosterEntry> members) =>
        Math.Max(1, worker.Cores / Math.Max(1, members.Count(member => member.Host == worker.Host)));
}
