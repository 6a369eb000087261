using DistTrain.Shared;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Workers;

/// <summary>The roster as clients are told.</summary>
public static class RosterText
{
    public static JobsProtocol.WorkersListed Describe(Roster roster, DateTimeOffset now) =>
        new([.. roster.All.Select(worker => new JobsProtocol.WorkerStatus(
        worker.Worker, Readable.Line(worker.Host), worker.DataPort, Readable.Line(worker.Device), worker.Cores, worker.Job ?? worker.AssignedTo,
        worker.Generation,
        (now - worker.LastHeard).TotalSeconds))]);
}
