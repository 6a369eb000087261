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
    public sealed record WorkerHello(
        WorkerId Worker, [property: Dialled] string Host, int DataPort, [property: AtMost(Limits.NameCharacters)]
            string Device, int Cores, JobId? Job, int Generation,
        [property: AtMost(Limits.NameCharacters)] string? Incarnation = null) : IToCoordinator;

    /// <summary>From the coordinator to the worker, as the answer to each <see cref="WorkerHello"/>: it is on the roster.</summary>
    /// <param name="Coordinator">Names this life of the coordinator; another value tells of a restart.</param>
    /// <param name="Journal">Names the coordinator's journal for ever; a worker in training follows no coordinator with another one. Null: not
    /// told.</param>
    public sealed record HelloReceived(string Coordinator, string? Journal = null) : IToWorker;
}
