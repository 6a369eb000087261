using Akka.Actor;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Workers;

/// <summary>What jobs and generations are told of their workers. None of these leaves the process.</summary>
public static class WorkerMessages
{
    /// <summary>To a job: one of its workers was heard; also what that worker says it does.</summary>
    public sealed record WorkerSeen(WorkerId Worker, IActorRef Actor, JobId? Job, int Generation);

    /// <summary>To a job: one of its workers is gone.</summary>
    public sealed record WorkerLost(WorkerId Worker, string Because);
}
