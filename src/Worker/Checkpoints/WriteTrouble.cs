namespace DistTrain.Worker.Checkpoints;

/// <summary>What a disk has refused in a row: when to try again, and whether the reason is news.</summary>
internal sealed class WriteTrouble(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(30), BetweenWords = TimeSpan.FromMinutes(1);

    private int _failures;
    private (Type Kind, int Number)? _told;
    private long _toldAt;

    /// <summary>How long to wait until the next try.</summary>
    public TimeSpan Delay => TimeSpan.FromSeconds(Math.Min(Longest.TotalSeconds, First.TotalSeconds * Math.Pow(2, Math.Min(_failures, 10) - 1)));

    /// <summary>One more failure.</summary>
    /// <returns>True for the first, for one of another kind, and once a minute. Messages name temporary files, so that they always differ.</returns>
    public bool IsNews(Exception failure)
    {
        _failures++;
        var kind = (failure.GetType(), failure.HResult);
        if (_told == kind && clock.GetElapsedTime(_toldAt) < BetweenWords) return false;
        (_told, _toldAt) = (kind, clock.GetTimestamp());
        return true;
    }

    public void IsOver() => (_failures, _told) = (0, null);
}
