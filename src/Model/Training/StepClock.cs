using System.Diagnostics;

namespace DistTrain.Model.Training;

/// <summary>Adds up where the time of training steps goes.</summary>
internal sealed class StepClock
{
    private readonly Dictionary<string, TimeSpan> times = [];
    private long last = Stopwatch.GetTimestamp();

    /// <summary>What has passed since the last call belongs to <paramref name="part"/>.</summary>
    public void Passed(string part)
    {
        var now = Stopwatch.GetTimestamp();
        times[part] = times.GetValueOrDefault(part) + Stopwatch.GetElapsedTime(last, now);
        last = now;
    }

    /// <summary>The times since the last call, by part.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Take()
    {
        var taken = times.ToDictionary();
        times.Clear();
        last = Stopwatch.GetTimestamp();
        return taken;
    }
}
