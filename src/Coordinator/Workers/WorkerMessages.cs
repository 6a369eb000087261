using Akka.Actor;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Workers;

/// <summary>What jobs and generations are told of their workers. None of these leaves the process.</summary>
public static class WorkerMessages
{
    /// <summary>To a job: one of its workers was heard; also what that worker says it does.</summary>
    public sealed record WorkerSeen(WorkerId Worker, IActorRef Actor, JobId? Job, int Generation);

    /// <summary>From a generation by way of its job to the jobs actor: others miss the worker in the ring. Whether it lives is to be looked up at
    /// once.</summary>
    public sealed record WorkerMissed(WorkerId Worker);

    /// <summary>To a job: one of its workers is gone.</summary>
    public sealed record WorkerLost(WorkerId Worker, string Because);
}
