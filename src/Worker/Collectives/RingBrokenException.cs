namespace DistTrain.Worker.Collectives;

/// <summary>A ring lost a member. The generation is over for all its members; what the members computed before the named step stands.</summary>
public sealed class RingBrokenException : IOException
{
    /// <summary>
    /// Describes what broke and where. A <paramref name="hop"/> of -1 means that the ring was still being connected, or had nothing under way.
    /// </summary>
    public RingBrokenException(string peer, long step, int bucket, int hop, string reason, Exception? cause = null)
        : base($"The ring broke at step {step}, bucket {bucket}, hop {hop}: worker '{peer}' {reason}.", cause)
        => (Peer, Step, Bucket, Hop, Reason) = (peer, step, bucket, hop, reason);

    /// <summary>The worker that was missing or at fault, as far as this member can tell.</summary>
    public string Peer { get; }

    /// <summary>The training step under way on this member.</summary>
    public long Step { get; }

    /// <summary>Which collective of the step, from 0.</summary>
    public int Bucket { get; }

    /// <summary>Which hop of the collective, from 0; -1 outside one.</summary>
    public int Hop { get; }

    /// <summary>What the worker did or did not do, as the end of a sentence that begins with its name.</summary>
    public string Reason { get; }
}
