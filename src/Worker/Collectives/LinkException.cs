namespace DistTrain.Worker.Collectives;

/// <summary>One link of a ring failed. The message is the end of a sentence that begins with the neighbour's name.</summary>
internal class LinkException(string reason, Exception? cause = null) : IOException(reason, cause);

/// <summary>The neighbour ended the ring and told whose fault it was.</summary>
internal sealed class BreakageReceivedException(Breakage breakage) : LinkException(breakage.Reason)
{
    public Breakage Breakage { get; } = breakage;
}
