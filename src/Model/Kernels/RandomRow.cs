using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Kernels;

/// <summary>
/// Random numbers of one row, each a hash of its column: any of them in any order, and the same on every processor. The hash is the 32-bit
/// finalizer of Wellons's prospector ("lowbias32") without its last step, which the highest bits do not need, and with half of the row's key before
/// each of its products.
/// </summary>
internal readonly struct RandomRow
{
    /// <summary>From column to column: 2^32 over the golden ratio.</summary>
    public const int ColumnStep = unchecked((int)0x9e3779b9);

    /// <summary>The hash: x ^= x >> <see cref="FirstShift"/>, x *= this, and the same with the second ones. Shifts fill up with zeros.</summary>
    public const int FirstFactor = 0x7feb352d;

    /// <inheritdoc cref="FirstFactor"/>
    public const int SecondFactor = unchecked((int)0x846ca68b);

    /// <inheritdoc cref="FirstFactor"/>
    public const int FirstShift = 16, SecondShift = 15;

    private readonly Vector512<int> _first, _second;

    /// <param name="key">All 64 bits count.</param>
    public RandomRow(ulong key)
    {
        _first = Vector512<int>.Indices * ColumnStep + Vector512.Create((int)(key >> 32));
        _second = Vector512.Create((int)key);
    }

    /// <summary>The numbers of sixteen columns from <paramref name="column"/> on, over all of int. The highest bits are the best.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> From(int column)
    {
        var x = _first + Vector512.Create(column * ColumnStep);
        x = (x ^ (x >>> FirstShift)) * FirstFactor + _second;
        return (x ^ (x >>> SecondShift)) * SecondFactor;
    }
}
