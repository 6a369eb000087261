using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Decoding;

/// <summary>Neighbouring sums of products, kept in registers.</summary>
internal unsafe interface IVectors<TSelf> where TSelf : struct, IVectors<TSelf>
{
    /// <summary>How many sums.</summary>
    static abstract int Width { get; }

    static abstract TSelf Load(float* first);

    /// <summary>Adds x times each factor.</summary>
    void Add(float x, in TSelf factors);

    void Store(float* first);
}

/// <summary>For processors without 512-bit vectors: with more, sums of four rows would not fit into their registers.</summary>
internal unsafe struct OneVector : IVectors<OneVector>
{
    private Vector512<float> a;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OneVector Load(float* first) => new() { a = Vector512.Load(first) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float x, in OneVector factors) => a = Vector512.FusedMultiplyAdd(Vector512.Create(x), factors.a, a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* first) => a.Store(first);
}

internal unsafe struct FourVectors : IVectors<FourVectors>
{
    private Vector512<float> a, b, c, d;

    public static int Width => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors Load(float* first) => new()
    {
        a = Vector512.Load(first), b = Vector512.Load(first + 16), c = Vector512.Load(first + 32), d = Vector512.Load(first + 48),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float x, in FourVectors factors)
    {
        var all = Vector512.Create(x);
        a = Vector512.FusedMultiplyAdd(all, factors.a, a);
        b = Vector512.FusedMultiplyAdd(all, factors.b, b);
        c = Vector512.FusedMultiplyAdd(all, factors.c, c);
        d = Vector512.FusedMultiplyAdd(all, factors.d, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* first)
    {
        a.Store(first);
        b.Store(first + 16);
        c.Store(first + 32);
        d.Store(first + 48);
    }
}
