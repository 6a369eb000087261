using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Decoding.Recomputed;

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
    private Vector512<float> _a;

    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OneVector Load(float* first) => new() { _a = Vector512.Load(first) };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float x, in OneVector factors) => _a = Vector512.FusedMultiplyAdd(Vector512.Create(x), factors._a, _a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* first) => _a.Store(first);
}

internal unsafe struct FourVectors : IVectors<FourVectors>
{
    private Vector512<float> _a, _b, _c, _d;

    public static int Width => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FourVectors Load(float* first) => new()
    {
        _a = Vector512.Load(first), _b = Vector512.Load(first + 16), _c = Vector512.Load(first + 32), _d = Vector512.Load(first + 48),
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float x, in FourVectors factors)
    {
        var all = Vector512.Create(x);
        _a = Vector512.FusedMultiplyAdd(all, factors._a, _a);
        _b = Vector512.FusedMultiplyAdd(all, factors._b, _b);
        _c = Vector512.FusedMultiplyAdd(all, factors._c, _c);
        _d = Vector512.FusedMultiplyAdd(all, factors._d, _d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly void Store(float* first)
    {
        _a.Store(first);
        _b.Store(first + 16);
        _c.Store(first + 32);
        _d.Store(first + 48);
    }
}
