namespace DistTrain.Shared.Protocol;

/// <summary>Worker and coordinator, about who is there.</summary>
public static class RosterProtocol
{
    /// <summary>What a worker sends to the coordinator.</summary>
    public interface IToCoordinator : IWireMessage;

    /// <summary>What the coordinator sends to a worker.</summary>
    public interface IToWorker : IWireMessage;

    /// <summary>
    /// From each worker to the coordinator, once a second, whatever it does: the first one registers it, the others keep it known.
    /// The sender is the worker's actor. Answered by <see cref="HelloReceived"/>.
    /// </summary>
    /// <param name="Worker">Who.</param>
    /// <param name="Host">The host part of its data plane address; workers of one host share its cores.</param>
    /// <param name="DataPort">The port of its data plane.</param>
    /// <param name="Device">Such as <c>cpu</c> or <c>cuda:0</c>.</param>
    /// <param name="Cores">Logical processors of its host.</param>
    /// <param name="Job">The job it trains now, null when it is idle.</param>
    /// <param name="Generation">The generation it trains now, 0 when it is idle.</param>
    /// <param name="Incarnation">Names the life of its process: another value under a known name is a process that was started again. Null: not
    /// told.</param>
    /// <param name="Held">What it holds in its memory while it is idle; null when that is nothing.</param>
    /// <param name="IsLeaving">Its process is about to end: it is given no more work.</param>
    public sealed record WorkerHello(
        WorkerId Worker, [property: Dialled] string Host, int DataPort, [property: AtMost(Limits.NameCharacters)]
            string Device, int Cores, JobId? Job, int Generation,
        [property: AtMost(Limits.NameCharacters)] string? Incarnation = null, HeldState? Held = null, bool IsLeaving = false) : IToCoordinator;

    /// <summary>The whole state of a phase in a worker's memory, which training can go on from.</summary>
    /// <param name="PhaseIndex">0-based index into the job's phases.</param>
    /// <param name="Generation">The generation in which it came to be.</param>
    /// <param name="Step">Steps of the phase that are done in it.</param>
    /// <param name="IsSettled">What was due after that step, such as a validation, is done too.</param>
    /// <param name="Hash">Of parameters, moments and average.</param>
    public sealed record HeldState(JobId Job, int PhaseIndex, int Generation, long Step, bool IsSettled,
        [property: AtMost(Limits.NameCharacters)] string Hash);

    /// <summary>From the coordinator to a worker that is idle: the job has ended, so that its state need not be held any longer.</summary>
    public sealed record LetGo(JobId Job) : IToWorker;

    /// <summary>From the coordinator to the worker, as the answer to each <see cref="WorkerHello"/>: it is on the roster.</summary>
    /// <param name="Coordinator">Names this life of the coordinator; another value tells of a restart.</param>
    /// <param name="Journal">Names the coordinator's journal for ever; a worker in training follows no coordinator with another one. Null: not
    /// told.</param>
    public sealed record HelloReceived(string Coordinator, string? Journal = null) : IToWorker;
}
