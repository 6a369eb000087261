namespace DistTrain.Worker.Reporting;

/// <summary>How long no coordinator has answered, and when that has to be told. Time is passed in; it belongs to one actor at a time.</summary>
/// <param name="start">When the worker began to wait for its first answer.</param>
public sealed class CoordinatorContact(DateTimeOffset start)
{
    /// <summary>A silence is told of when it has lasted this long, and again each time after it.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private DateTimeOffset _heard = start, _told = start;

    /// <summary>How long nobody has answered.</summary>
    public TimeSpan Silence(DateTimeOffset now) => now - _heard;

    /// <summary>True, and only once in each interval, when the silence has to be told.</summary>
    public bool IsDue(DateTimeOffset now)
    {
        if (now - _told < Interval) return false;
        _told = now;
        return true;
    }

    /// <summary>A coordinator answered.</summary>
    /// <returns>True when a silence that was told of is over.</returns>
    public bool Heard(DateTimeOffset now)
    {
        var told = _told > _heard;
        (_heard, _told) = (now, now);
        return told;
    }
}
