using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>Sums of products of bytes, as many outputs as a register has 32-bit places; kernels are written once and compiled for each.</summary>
internal unsafe interface IBytes<TSelf> where TSelf : struct, IBytes<TSelf>
{
    /// <summary>Outputs of a vector; it takes four bytes of each.</summary>
    static abstract int Count { get; }

    /// <summary>Sixteen inputs of one row times those of each output, added to 32-bit sums.</summary>
    /// <param name="x">Sixteen bytes, 0 to 127.</param>
    /// <param name="weights">Four vectors: for each four inputs, those of each output in turn.</param>
    static abstract TSelf Add(TSelf sums, byte* x, in Four<TSelf> weights);

    static abstract TSelf Load(sbyte* first);

    void Store(int* first);
}

/// <summary>Weights of sixteen inputs.</summary>
internal readonly struct Four<T>(T a, T b, T c, T d)
{
    public readonly T A = a, B = b, C = c, D = d;
}

/// <summary>AVX2: pairs of products in 16 bits, which <see cref="ByteRow"/> made certain not to overflow over sixteen inputs.</summary>
internal readonly unsafe struct Bytes256(Vector256<int> values) : IBytes<Bytes256>
{
    private readonly Vector256<int> _values = values;

    public static int Count => Vector256<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes256 Load(sbyte* first) => new(Vector256.Load((int*)first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes256 Add(Bytes256 sums, byte* x, in Four<Bytes256> weights)
    {
        var pairs = Avx2.MultiplyAddAdjacent(Vector256.Create(*(int*)x).AsByte(), weights.A._values.AsSByte());
        pairs += Avx2.MultiplyAddAdjacent(Vector256.Create(*(int*)(x + 4)).AsByte(), weights.B._values.AsSByte());
        pairs += Avx2.MultiplyAddAdjacent(Vector256.Create(*(int*)(x + 8)).AsByte(), weights.C._values.AsSByte());
        pairs += Avx2.MultiplyAddAdjacent(Vector256.Create(*(int*)(x + 12)).AsByte(), weights.D._values.AsSByte());
        return new(sums._values + Avx2.MultiplyAddAdjacent(pairs, Vector256<short>.One));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int* first) => _values.Store(first);
}

/// <summary>AVX-512 BW: the same, twice as wide.</summary>
internal readonly unsafe struct Bytes512(Vector512<int> values) : IBytes<Bytes512>
{
    private readonly Vector512<int> _values = values;

    public static int Count => Vector512<int>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes512 Load(sbyte* first) => new(Vector512.Load((int*)first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Bytes512 Add(Bytes512 sums, byte* x, in Four<Bytes512> weights)
    {
        var pairs = Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)x).AsByte(), weights.A._values.AsSByte());
        pairs += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + 4)).AsByte(), weights.B._values.AsSByte());
        pairs += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + 8)).AsByte(), weights.C._values.AsSByte());
        pairs += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(x + 12)).AsByte(), weights.D._values.AsSByte());
        return new(sums._values + Avx512BW.MultiplyAddAdjacent(pairs, Vector512<short>.One));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(int* first) => _values.Store(first);
}

/// <summary>Any processor, slowly.</summary>
internal unsafe struct BytesPortable : IBytes<BytesPortable>
{
    private Places _values;

    public static int Count => 8;

    public static BytesPortable Load(sbyte* first)
    {
        var loaded = default(BytesPortable);
        new ReadOnlySpan<int>(first, Count).CopyTo(loaded._values);
        return loaded;
    }

    public static BytesPortable Add(BytesPortable sums, byte* x, in Four<BytesPortable> weights)
    {
        for (var output = 0; output < Count; output++)
            sums._values[output] += Dot(x, weights.A._values[output]) + Dot(x + 4, weights.B._values[output]) + Dot(x + 8, weights.C._values[output])
                + Dot(x + 12, weights.D._values[output]);
        return sums;
    }

    public readonly void Store(int* first)
    {
        for (var output = 0; output < Count; output++) first[output] = _values[output];
    }

    private static int Dot(byte* x, int four)
    {
        var sum = 0;
        for (var place = 0; place < 4; place++) sum += x[place] * ((sbyte*)&four)[place];
        return sum;
    }

    [InlineArray(8)]
    private struct Places
    {
        private int _first;
    }
}
