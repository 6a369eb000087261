using Akka.Actor;

namespace DistTrain.Shared.Cluster;

/// <summary>Why an actor system ends although its process goes on: the node joins the cluster that its coordinator is in.</summary>
public sealed class RejoinReason : CoordinatedShutdown.Reason
{
    public static readonly RejoinReason Instance = new();

    private RejoinReason()
    {
    }

    /// <inheritdoc/>
    public override int ExitCode => 0;
}
