using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Kernels.Simd;

/// <summary>A vector of float32 as wide as the processor's registers. Kernels are written once and compiled for each width.</summary>
internal unsafe interface IFloats<TSelf> where TSelf : struct, IFloats<TSelf>
{
    /// <summary>Values of a vector.</summary>
    static abstract int Count { get; }

    static abstract TSelf Load(float* first);

    static abstract TSelf Load(BFloat16* first);

    static abstract TSelf All(float value);

    /// <summary>a b + c.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    static abstract TSelf Add(TSelf a, TSelf b);

    /// <summary>The processor's own: of two, of which a is a number, the larger, or b where that is not a number.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>See <see cref="VectorMath.ExpOfNegative(Vector256{float})"/>.</summary>
    static abstract TSelf ExpOfNegative(TSelf x);

    static abstract bool AnyGreater(TSelf a, TSelf b);

    float Sum();

    void Store(float* first);
}

/// <summary>Eight: AVX2, or two registers of NEON.</summary>
internal readonly unsafe struct Floats256(Vector256<float> values) : IFloats<Floats256>
{
    private readonly Vector256<float> _values = values;

    public static int Count => Vector256<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Load(float* first) => new(Vector256.Load(first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Load(BFloat16* first) => new((Vector256.WidenLower(Vector128.Load((ushort*)first).ToVector256Unsafe()) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 All(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 MultiplyAdd(Floats256 a, Floats256 b, Floats256 c) => new(Vector256.FusedMultiplyAdd(a._values, b._values, c._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Add(Floats256 a, Floats256 b) => new(a._values + b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 Max(Floats256 a, Floats256 b) => new(Vector256.MaxNative(a._values, b._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats256 ExpOfNegative(Floats256 x) => new(VectorMath.ExpOfNegative(x._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(Floats256 a, Floats256 b) => Vector256.GreaterThanAny(a._values, b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector256.Sum(_values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* first) => _values.Store(first);
}

/// <summary>Sixteen: AVX-512.</summary>
internal readonly unsafe struct Floats512(Vector512<float> values) : IFloats<Floats512>
{
    private readonly Vector512<float> _values = values;

    public static int Count => Vector512<float>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Load(float* first) => new(Vector512.Load(first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Load(BFloat16* first) => new((Vector512.WidenLower(Vector256.Load((ushort*)first).ToVector512Unsafe()) << 16).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 All(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 MultiplyAdd(Floats512 a, Floats512 b, Floats512 c) => new(Vector512.FusedMultiplyAdd(a._values, b._values, c._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Add(Floats512 a, Floats512 b) => new(a._values + b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 Max(Floats512 a, Floats512 b) => new(Vector512.MaxNative(a._values, b._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats512 ExpOfNegative(Floats512 x) => new(VectorMath.ExpOfNegative(x._values));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AnyGreater(Floats512 a, Floats512 b) => Vector512.GreaterThanAny(a._values, b._values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector512.Sum(_values);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* first) => _values.Store(first);
}
