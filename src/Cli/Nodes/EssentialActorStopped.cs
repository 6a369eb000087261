using Akka.Actor;

namespace DistTrain.Cli.Nodes;

/// <summary>
/// Why a process ends that nobody told to: the actor that it is there for has stopped. Whoever watches the process starts it again.
/// </summary>
internal sealed class EssentialActorStopped : CoordinatedShutdown.Reason
{
    public static readonly EssentialActorStopped Instance = new();

    private EssentialActorStopped()
    {
    }

    /// <inheritdoc/>
    public override int ExitCode => 1;
}
