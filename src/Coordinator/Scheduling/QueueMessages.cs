using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Scheduling;

/// <summary>What a job and the queue for workers say to each other. None of these leaves the process.</summary>
public static class QueueMessages
{
    /// <summary>From a job to the jobs actor: put me in the queue.</summary>
    /// <param name="Survivors">Workers that are known to be there, because they said how the generation before ended; none at first.</param>
    /// <param name="Request">Counts the job's requests from 1; each takes the place of the one before, and frees what that was given.</param>
    /// <param name="LeftOut">Workers that the job must not get yet, each until when.</param>
    public sealed record WorkersNeeded(JobId Job, int MinWorkers, int MaxWorkers, IReadOnlyCollection<WorkerId> Survivors, int Request,
        IReadOnlyDictionary<WorkerId, DateTimeOffset> LeftOut);

    /// <summary>From a job to the jobs actor after a restart: these workers are mine.</summary>
    public sealed record WorkersHeld(JobId Job, IReadOnlyList<TrainingProtocol.Member> Members);

    /// <summary>From a job to the jobs actor: my workers are free, and I want none.</summary>
    public sealed record WorkersReleased(JobId Job);

    /// <summary>To a job: the workers it waited for.</summary>
    /// <param name="Request">The request that is granted; the workers are the job's only as long as it has made no other.</param>
    public sealed record WorkersGranted(IReadOnlyList<RosterEntry> Workers, int Request);

    /// <summary>To a job, now and then while none waits: these workers are free, and it may grow. No other job is offered them meanwhile.</summary>
    public sealed record WorkersFree(IReadOnlyList<RosterEntry> Workers);

    /// <summary>From a job to the jobs actor, as the answer to <see cref="WorkersFree"/>: it takes none now. Another one is asked.</summary>
    public sealed record WorkersDeclined(JobId Job);

    /// <summary>To a job: why it still waits.</summary>
    public sealed record StillWaiting(string Because);

    /// <summary>To a job: all workers there are, are left out of it.</summary>
    /// <param name="Request">Of the request that asked for it.</param>
    public sealed record NobodyLeft(int Request);
}
