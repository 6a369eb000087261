using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DistTrain.Model.Kernels.Simd;

/// <summary>How kernels read and write elements of a type in memory.</summary>
internal unsafe interface IElement<T> where T : unmanaged
{
    static abstract Lanes Load(T* first);

    /// <summary>
    /// The first <paramref name="count"/> elements, fewer than <see cref="Lanes.Count"/>; the other values are 0. Nothing behind them is touched.
    /// </summary>
    static abstract Lanes LoadFirst(T* first, int count);

    static abstract void Store(Lanes value, T* first);

    /// <inheritdoc cref="LoadFirst"/>
    static abstract void StoreFirst(Lanes value, T* first, int count);

    static abstract float Read(T value);

    static abstract T Write(float value);
}

internal readonly unsafe struct FloatElement : IElement<float>
{
    private const int Half = Lanes.Count / 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Load(float* first) => new(Vector512.Load(first), Vector512.Load(first + Half));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes LoadFirst(float* first, int count)
    {
        if (Avx512F.IsSupported)
            return new(Avx512F.MaskLoad(first, FirstOf(count), Vector512<float>.Zero),
                Avx512F.MaskLoad(first + Half, FirstOf(count - Half), Vector512<float>.Zero));
        var buffer = stackalloc float[Lanes.Count];
        new Span<float>(buffer, Lanes.Count).Clear();
        new ReadOnlySpan<float>(first, count).CopyTo(new Span<float>(buffer, Lanes.Count));
        return Load(buffer);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes value, float* first)
    {
        value.Low.Store(first);
        value.High.Store(first + Half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Lanes value, float* first, int count)
    {
        if (Avx512F.IsSupported)
        {
            Avx512F.MaskStore(first, FirstOf(count), value.Low);
            Avx512F.MaskStore(first + Half, FirstOf(count - Half), value.High);
            return;
        }
        var buffer = stackalloc float[Lanes.Count];
        Store(value, buffer);
        new ReadOnlySpan<float>(buffer, count).CopyTo(new Span<float>(first, count));
    }

    public static float Read(float value) => value;

    public static float Write(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> FirstOf(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle();
}

internal readonly unsafe struct BFloat16Element : IElement<BFloat16>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Load(BFloat16* first) => Widen(Vector512.Load((ushort*)first));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes LoadFirst(BFloat16* first, int count)
    {
        if (Avx512BW.IsSupported) return Widen(Avx512BW.MaskLoad((ushort*)first, FirstOf(count), Vector512<ushort>.Zero));
        var buffer = stackalloc ushort[Lanes.Count];
        new Span<ushort>(buffer, Lanes.Count).Clear();
        new ReadOnlySpan<ushort>(first, count).CopyTo(new Span<ushort>(buffer, Lanes.Count));
        return Widen(Vector512.Load(buffer));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Lanes value, BFloat16* first) => Narrow(value).Store((ushort*)first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreFirst(Lanes value, BFloat16* first, int count)
    {
        if (Avx512BW.IsSupported)
        {
            Avx512BW.MaskStore((ushort*)first, FirstOf(count), Narrow(value));
            return;
        }
        var buffer = stackalloc ushort[Lanes.Count];
        Narrow(value).Store(buffer);
        new ReadOnlySpan<ushort>(buffer, count).CopyTo(new Span<ushort>(first, count));
    }

    public static float Read(BFloat16 value) => (float)value;

    public static BFloat16 Write(float value) => (BFloat16)value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> FirstOf(int count) => Vector512.LessThan(Vector512<ushort>.Indices, Vector512.Create((ushort)count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes Widen(Vector512<ushort> bits)
    {
        var (low, high) = Vector512.Widen(bits);
        return new((low << 16).AsSingle(), (high << 16).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ushort> Narrow(Lanes value) => Vector512.Narrow(Round(value.Low), Round(value.High));

    // To the nearest, ties to even. Not a number could round to infinity: it is made a quiet one by hand.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Round(Vector512<float> value)
    {
        var bits = value.AsUInt32();
        var rounded = (bits + Vector512.Create(0x7fffu) + ((bits >>> 16) & Vector512<uint>.One)) >>> 16;
        return Vector512.ConditionalSelect(Vector512.Equals(value, value).AsUInt32(), rounded, Vector512.Create(0x7fc0u));
    }
}
