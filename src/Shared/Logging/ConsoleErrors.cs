using Akka.Event;

namespace DistTrain.Shared.Logging;

/// <summary>
/// What Akka itself prints while its loggers are not there: errors. It prints whatever the loggers would take when it stops them,
/// <c>stdout-loglevel</c> or not, and that the remoting shuts down concerns nobody.
/// </summary>
public sealed class ConsoleErrors : StandardOutLogger
{
    protected override void Log(object message)
    {
        if (message is Error) base.Log(message);
    }
}
