using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>Brings all members of a ring to the state that one of them holds: the others get it over the ring, unless they hold the same.</summary>
internal static class StateTransfer
{
    /// <summary>Every member must call it.</summary>
    /// <param name="source">Rank of the member that holds the state.</param>
    /// <param name="step">The step that it is to hold.</param>
    /// <returns>Bytes that this member was sent; 0 when all hold the same.</returns>
    /// <exception cref="RingBrokenException">A member was lost, or the source holds another step.</exception>
    public static long Run(IAllReduce ring, HeldPhase held, int source, string sourceName, long step)
    {
        var mine = Position(held.State);
        var theirs = ring.Rank == source ? [.. mine] : new double[mine.Length];
        ring.Sum(theirs);
        if ((long)theirs[0] != step)
            throw new RingBrokenException(sourceName, step, 0, -1, $"holds the state of step {(long)theirs[0]}, not of step {step} any more");
        double[] differ = [mine.AsSpan().SequenceEqual(theirs) ? 0 : 1];
        var isSame = differ[0] == 0;
        ring.Sum(differ);
        if (differ[0] == 0) return 0;

        if (!isSame)
        {
            held.IsWhole = false;
            held.Ledger.ForgetAfter(step);
        }
        var bytes = 0L;
        foreach (var buffer in held.State.BuffersToChange())
        {
            if (ring.Rank == source) buffer.ToHost();
            ring.Broadcast(buffer.Host.Span, source);
            if (ring.Rank != source) buffer.ToDevice();
            bytes += buffer.Host.Length * (long)sizeof(float);
        }
        if (!isSame) held.State.MoveTo(StatePosition.Of(theirs));
        held.IsWhole = true;
        return bytes;
    }

    private static double[] Position(TrainingState state) => state.Position.ToNumbers(state.Hash());
}
