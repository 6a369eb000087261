using DistTrain.Shared.Wire;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Messages from other processes: one that cannot be handled is told in the log and dropped. It restarts no actor, and so touches no other job.</summary>
internal static class Outside
{
    public static Action<T> Guarded<T>(ILogger log, Action<T> handle) where T : IWireMessage => message =>
    {
        try
        {
            handle(message);
        }
        catch (Exception failure)
        {
            LogMessages.MessageDropped(log, message.GetType().Name, failure);
        }
    };
}
