namespace DistTrain.Worker.Collectives;

/// <summary>Whether this member takes part in a collective or is at work, and since when: what its signs of life say. For any thread.</summary>
internal sealed class OwnWork(TimeProvider clock)
{
    private const long InCall = -1;

    // One number, so that no thread sees half a change.
    private long _since = clock.GetTimestamp();

    /// <summary>A call of the ring begins.</summary>
    public void Enter() => Volatile.Write(ref _since, InCall);

    /// <summary>A call of the ring has ended, and work begins.</summary>
    public void Leave() => Volatile.Write(ref _since, clock.GetTimestamp());

    /// <summary>Work makes progress.</summary>
    public void Progress()
    {
        if (Volatile.Read(ref _since) != InCall) Leave();
    }

    /// <summary>A sign of life.</summary>
    /// <param name="frame">Of this member, with where it is.</param>
    /// <param name="idleSince">Since when nobody that it waits for has made progress; a timestamp.</param>
    public FrameHeader Sign(FrameHeader frame, long idleSince)
    {
        var since = Volatile.Read(ref _since);
        return frame with
        {
            Kind = since == InCall ? FrameKind.Pulse : FrameKind.AtWork,
            Checksum = (ulong)Math.Max(0, clock.GetElapsedTime(since == InCall ? idleSince : since).TotalMilliseconds),
        };
    }
}
