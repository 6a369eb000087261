using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Kernels.Simd;

/// <summary>Thirty-two float32 values: what kernels compute with, whatever the type of the elements in memory.</summary>
internal readonly struct Lanes
{
    public const int Count = 32;

    public readonly Vector512<float> Low, High;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes(Vector512<float> low, Vector512<float> high) => (Low, High) = (low, high);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Of(float value) => new(Vector512.Create(value), Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator +(Lanes a, Lanes b) => new(a.Low + b.Low, a.High + b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator -(Lanes a, Lanes b) => new(a.Low - b.Low, a.High - b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator *(Lanes a, Lanes b) => new(a.Low * b.Low, a.High * b.High);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes operator /(Lanes a, Lanes b) => new(a.Low / b.Low, a.High / b.High);

    /// <summary>a b + c.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes MultiplyAdd(Lanes a, Lanes b, Lanes c) =>
        new(Vector512.FusedMultiplyAdd(a.Low, b.Low, c.Low), Vector512.FusedMultiplyAdd(a.High, b.High, c.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Max(Lanes a, Lanes b) => new(Vector512.Max(a.Low, b.Low), Vector512.Max(a.High, b.High));

    /// <summary>The values where <paramref name="condition"/> is above 0, elsewhere 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes WhereAboveZero(Lanes condition) =>
        new(Low & Vector512.GreaterThan(condition.Low, Vector512<float>.Zero), High & Vector512.GreaterThan(condition.High, Vector512<float>.Zero));

    /// <summary>The first <paramref name="count"/> values, then <paramref name="rest"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes First(int count, float rest)
    {
        var index = Vector512<int>.Indices;
        var filler = Vector512.Create(rest);
        return new(
            Vector512.ConditionalSelect(Vector512.LessThan(index, Vector512.Create(count)).AsSingle(), Low, filler),
            Vector512.ConditionalSelect(Vector512.LessThan(index, Vector512.Create(count - 16)).AsSingle(), High, filler));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector512.Sum(Low + High);

    public float Largest() => VectorMath.Largest(Vector512.Max(Low, High));
}
