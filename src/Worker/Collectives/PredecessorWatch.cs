namespace DistTrain.Worker.Collectives;

/// <summary>
/// What this member makes of waiting for its predecessor. A process that is stopped sends nothing at all; one that lives sends pulses, which say
/// whether it takes part in a collective, and so waits itself, or is at work, and for how long without progress. So slow is told from dead, and
/// a wedged thread from a slow one.
/// </summary>
/// <remarks>Used by the thread that runs the collective, but for <see cref="IdleSince"/>.</remarks>
/// <param name="slow">Called once in a wait that is unusually long, with the wait and the pulse of the predecessor at work.</param>
/// <param name="goesOn">Called with the wait at its end, after <paramref name="slow"/> was.</param>
internal sealed class PredecessorWatch(RingOptions options, TimeProvider clock, Action<TimeSpan, FrameHeader> slow, Action<TimeSpan> goesOn)
{
    // A limit is waited for in parts: when this process itself was stopped, that counts as one of them.
    private const int PartsOfLeast = 4;

    private readonly WaitLimit _limit = new(options.LeastSilence, options.SilenceLimit);
    private long _since = clock.GetTimestamp(), _idleSince = clock.GetTimestamp();
    private int _silentParts;
    private bool _isTold;

    /// <summary>How long to wait before <see cref="Silent"/> is called.</summary>
    public TimeSpan Part { get; } = options.LeastSilence / PartsOfLeast;

    /// <summary>How long a neighbour may be silent now.</summary>
    public TimeSpan SilenceLimit => _limit.Silence;

    /// <summary>Since when nobody that this member waits for has made progress, as far as it knows; a timestamp. For any thread.</summary>
    public long IdleSince => Volatile.Read(ref _idleSince);

    /// <summary>A wait begins.</summary>
    public void Begin()
    {
        _since = clock.GetTimestamp();
        Volatile.Write(ref _idleSince, _since);
    }

    /// <summary>What was waited for has begun to arrive.</summary>
    /// <param name="isFirst">Of a collective: such waits tell how long others may be.</param>
    public void End(bool isFirst)
    {
        if (isFirst) _limit.Add(Waited);
        if (!_isTold) return;
        _isTold = false;
        goesOn(Waited);
    }

    /// <summary>Some bytes have come.</summary>
    public void Heard() => _silentParts = 0;

    /// <summary>A part of the wait has passed, and nothing has come.</summary>
    /// <exception cref="LinkException">That was the last part.</exception>
    public void Silent()
    {
        var silence = ++_silentParts * Part;
        if (silence >= _limit.Silence)
            throw new LinkException($"sent nothing for {silence.TotalSeconds:0.#} s (its process is stopped, or its host is gone)");
    }

    /// <summary>The predecessor has said what it does.</summary>
    /// <exception cref="LinkException">It has done so for too long.</exception>
    public void Pulse(FrameHeader pulse)
    {
        var idle = TimeSpan.FromMilliseconds(Math.Min(pulse.Checksum, int.MaxValue));
        Volatile.Write(ref _idleSince, clock.GetTimestamp() - (long)(idle.TotalSeconds * clock.TimestampFrequency));
        // Both: members that are all at work for long do not give each other up as soon as the first is done.
        var both = idle < Waited ? idle : Waited;
        if (pulse.Kind == FrameKind.AtWork)
        {
            if (both >= options.WorkLimit)
                throw new LinkException($"has been at work in step {pulse.Step} for {idle.TotalSeconds:0.#} s without a sign of progress");
            if (_isTold || both < _limit.Unusual) return;
            _isTold = true;
            slow(Waited, pulse);
        }
        // Twice: the one at fault is named by its own successor, which needs the time to say so.
        else if (both >= 2 * options.WorkLimit)
            throw new LinkException($"waits in step {pulse.Step}, bucket {pulse.Bucket}, hop {pulse.Hop}, as this worker does, and nobody before " +
                $"it has made progress for {idle.TotalSeconds:0.#} s");
    }

    private TimeSpan Waited => clock.GetElapsedTime(_since);
}
