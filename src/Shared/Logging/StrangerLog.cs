using Microsoft.Extensions.Logging;

namespace DistTrain.Shared.Logging;

/// <summary>
/// The log of one place whose lines whoever reaches a port can cause: their number is bounded by <see cref="LineLimit"/>. Any thread may write.
/// </summary>
public sealed partial class StrangerLog(ILogger log, TimeProvider clock, int lines = Limits.StrangerLines)
{
    private readonly LineLimit _limit = new(lines);
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Writes a line, and before it how many were left out, unless this one is left out too.</summary>
    public void Write(Action<ILogger> line)
    {
        if (_limit.Admit(clock.GetElapsedTime(_start)) is not { } leftOut) return;
        if (leftOut > 0) LeftOut(log, leftOut);
        line(log);
    }

    [LoggerMessage(2001, LogLevel.Warning, "{Count} lines such as the next were left out.")]
    private static partial void LeftOut(ILogger log, long count);
}
