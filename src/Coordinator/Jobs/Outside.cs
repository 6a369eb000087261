using DistTrain.Coordinator.Logging;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// Messages from other processes: one that cannot be handled is told in the log and dropped. It restarts no actor, and so touches no other job.
/// </summary>
internal static class Outside
{
    public static Action<T> Guarded<T>(StrangerLog log, Action<T> handle) where T : IWireMessage => message =>
        {
            try
            {
                handle(message);
            }
            catch (Exception failure)
            {
                log.Write(to => LogMessages.MessageDropped(to, message.GetType().Name, failure));
            }
        };
}
