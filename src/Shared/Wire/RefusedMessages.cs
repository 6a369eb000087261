using Akka.Actor;
using Akka.Actor.Setup;
using DistTrain.Shared.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Shared.Wire;

/// <summary>Where the serializers of a node tell what they refuse: Akka only drops it. A client has none, and tells nobody.</summary>
public sealed partial class RefusedMessages(ILogger<RefusedMessages> log, TimeProvider clock) : Setup
{
    private readonly StrangerLog _log = new(log, clock);

    /// <summary>Tells of a refusal, where there is somebody to tell.</summary>
    /// <returns>The refusal.</returns>
    internal static T Told<T>(ActorSystem system, T refusal) where T : Exception
    {
        if (system.Settings.Setup.Get<RefusedMessages>() is { HasValue: true, Value: var refused })
            refused._log.Write(to => Refused(to, Readable.Line(refusal.Message)));
        return refusal;
    }

    [LoggerMessage(2002, LogLevel.Warning, "{Because}")]
    private static partial void Refused(ILogger log, string because);
}
