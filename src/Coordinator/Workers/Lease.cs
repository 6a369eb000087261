using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Workers;

/// <summary>How long the coordinator goes on counting on a worker: by its hellos, and while these are missing by what its data port says.</summary>
/// <param name="Host">Where its data plane listens, as long as its process lives.</param>
/// <param name="LastHeard">Its last hello; of one that was not heard yet, when it began to be expected.</param>
/// <param name="Port">What the data port said when it was dialled in this silence; null while it was not.</param>
/// <param name="Dialled">True while an answer of the port is awaited.</param>
public sealed record Lease(WorkerId Worker, string Host, int DataPort, DateTimeOffset LastHeard, DialOutcome? Port = null, bool Dialled = false)
{
    /// <summary>After this silence the port is dialled, again and again. A worker says hello once a second.</summary>
    public static readonly TimeSpan DialAfter = Roster.Silence;

    /// <summary>A worker that is silent this long, and whose port does not answer either, is lost.</summary>
    public static readonly TimeSpan Unreachable = TimeSpan.FromSeconds(15);

    /// <summary>A worker that is silent this long is lost although its port is open: it may be building its way back, but not for so long.</summary>
    public static readonly TimeSpan Mute = TimeSpan.FromSeconds(60);

    /// <summary>Why the worker is lost, as one sentence; null as long as it is not.</summary>
    public string? Lost(DateTimeOffset now) => Port switch
    {
        DialOutcome.Refused => $"its process has ended: nothing listens on its data port {Host}:{DataPort}.",
        DialOutcome.Unanswered
            when now - LastHeard >= Unreachable => $"it has not been heard for {(now - LastHeard).TotalSeconds:F0} s, and {Host}:{DataPort} does " +
            "not answer.",
        DialOutcome.Accepted
            when now - LastHeard >= Mute => $"it has not been heard for {(now - LastHeard).TotalSeconds:F0} s, although its data port is open.",
        _ => null,
    };
}
