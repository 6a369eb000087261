using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Kernels;

/// <summary>Sixteen interleaved xoshiro128++ generators (Blackman, Vigna 2018). The numbers do not depend on the processor.</summary>
internal ref struct RandomLanes
{
    private Vector512<uint> a, b, c, d;

    public RandomLanes(ulong seed)
    {
        Span<Vector512<uint>> state = stackalloc Vector512<uint>[4];
        foreach (ref var word in MemoryMarshal.Cast<Vector512<uint>, ulong>(state)) word = SplitMix(ref seed);
        (a, b, c, d) = (state[0], state[1], state[2], state[3]);
    }

    /// <summary>The generator of one block of a longer sequence: blocks are drawn in any order, on any thread.</summary>
    public static RandomLanes OfBlock(ulong seed, int block)
    {
        seed += (ulong)block * 0xd1342543de82ef95;
        return new RandomLanes(SplitMix(ref seed));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<uint> Next()
    {
        var sum = a + d;
        var random = RotateLeft(sum, 7) + a;
        var shifted = b << 9;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= shifted;
        d = RotateLeft(d, 11);
        return random;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> RotateLeft(Vector512<uint> x, int bits) => (x << bits) | (x >>> (32 - bits));

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9e3779b97f4a7c15;
        var z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
