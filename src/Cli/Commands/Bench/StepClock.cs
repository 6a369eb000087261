using System.Diagnostics;

namespace DistTrain.Cli.Commands.Bench;

/// <summary>Adds up where the time of training steps goes.</summary>
internal sealed class StepClock
{
    private readonly Dictionary<string, TimeSpan> _times = [];
    private long _last = Stopwatch.GetTimestamp();

    /// <summary>What has passed since the last call belongs to <paramref name="part"/>.</summary>
    public void Passed(string part)
    {
        var now = Stopwatch.GetTimestamp();
        _times[part] = _times.GetValueOrDefault(part) + Stopwatch.GetElapsedTime(_last, now);
        _last = now;
    }

    /// <summary>The times since the last call, by part.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Take()
    {
        var taken = _times.ToDictionary();
        _times.Clear();
        _last = Stopwatch.GetTimestamp();
        return taken;
    }
}
