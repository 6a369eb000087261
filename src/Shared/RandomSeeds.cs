using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace DistTrain.Shared;

/// <summary>Seeds that follow from where training is, so that a resumed run draws the same random numbers.</summary>
public static class RandomSeeds
{
    /// <summary>The order of a phase's examples.</summary>
    public static long OfPlan(long seed, int phaseIndex) => Mix([seed, phaseIndex]);

    /// <summary>The dropout of one step, on all members: what differs between them are their examples.</summary>
    public static long OfStep(long seed, int phaseIndex, long step) => Mix([seed, phaseIndex, step]);

    // Neighbouring steps must not get related generators, so the numbers are hashed, not added.
    private static long Mix(ReadOnlySpan<long> numbers) => (long)(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(numbers)) >> 1);
}
