using Serilog.Core;
using Serilog.Events;
using Serilog.Filters;

namespace DistTrain.Shared.Logging;

/// <summary>
/// Bounds the number of Akka's own errors: it logs one for each frame on a port that it cannot read. How many were left out is the property LeftOut
/// of the next.
/// </summary>
internal sealed class AkkaErrors(TimeProvider clock) : ILogEventFilter
{
    private static readonly Func<LogEvent, bool> IsAkkas = Matching.FromSource("Akka");
    private readonly LineLimit _limit = new();
    private readonly long _start = clock.GetTimestamp();

    public bool IsEnabled(LogEvent logEvent)
    {
        if (!IsAkkas(logEvent)) return true;
        if (_limit.Admit(clock.GetElapsedTime(_start)) is not { } leftOut) return false;
        if (leftOut > 0) logEvent.AddPropertyIfAbsent(new LogEventProperty("LeftOut", new ScalarValue(leftOut)));
        return true;
    }
}
