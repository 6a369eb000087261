using System.Numerics;
using System.Runtime.InteropServices;

namespace DistTrain.Worker.Collectives;

/// <summary>Element-wise arithmetic in the machine's vector registers.</summary>
internal static class Vectors
{
    /// <summary>Adds <paramref name="from"/> to <paramref name="to"/>; both have the same length.</summary>
    public static void AddInPlace<T>(Span<T> to, ReadOnlySpan<T> from) where T : unmanaged, IAdditionOperators<T, T, T>
    {
        var sums = MemoryMarshal.Cast<T, Vector<T>>(to);
        var terms = MemoryMarshal.Cast<T, Vector<T>>(from);
        for (var i = 0; i < sums.Length; i++) sums[i] += terms[i];
        for (var i = sums.Length * Vector<T>.Count; i < to.Length; i++) to[i] += from[i];
    }
}
