using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Kernels.Simd;

/// <summary>Functions of whole vectors.</summary>
internal static class VectorMath
{
    /// <summary>e^x within 2 units in the last place; 0 below -87, where a softmax has nothing to gain. Meant for x of at most 88.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes Exp(Lanes x) => new(Exp(x.Low), Exp(x.High));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector512<float> values) => Largest(Vector256.Max(values.GetLower(), values.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Largest(Vector256<float> values)
    {
        var half = Vector128.Max(values.GetLower(), values.GetUpper());
        return MathF.Max(MathF.Max(half[0], half[1]), MathF.Max(half[2], half[3]));
    }

    /// <summary>The standard normal distribution's Phi(x), within 1e-7 (Abramowitz, Stegun, 7.1.26).</summary>
    public static Lanes NormalCdf(Lanes x) => new(NormalCdf(x.Low), NormalCdf(x.High));

    private static Vector512<float> NormalCdf(Vector512<float> x)
    {
        var z = Vector512.Abs(x) * Vector512.Create(0.707106781f);
        var t = Vector512<float>.One / Vector512.FusedMultiplyAdd(z, Vector512.Create(0.3275911f), Vector512<float>.One);
        var p = Vector512.Create(1.061405429f);
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-1.453152027f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(1.421413741f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(-0.284496736f));
        p = Vector512.FusedMultiplyAdd(p, t, Vector512.Create(0.254829592f));
        var tail = p * t * Exp(-z * z) * Vector512.Create(0.5f);
        return Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
    }

    /// <summary>
    /// e^x for x of at most 0, as 2^n 2^r, within 1e-6 of itself down to -20 and 5e-6 at -87, below which it is e^-87. In two thirds of the
    /// instructions of the other; not a number stays what it is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> ExpOfNegative(Vector256<float> x)
    {
        var power = Vector256.MaxNative(Vector256.Create(-87f), x) * Vector256.Create(1.44269504f);
        var n = Vector256.Round(power);
        var r = power - n;
        var p = Vector256.FusedMultiplyAdd(Vector256.Create(1.535336188e-4f), r, Vector256.Create(1.339887440e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(9.618437357e-3f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(5.550332471e-2f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(2.402264791e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256.Create(6.931472029e-1f));
        p = Vector256.FusedMultiplyAdd(p, r, Vector256<float>.One);
        return (p.AsInt32() + (Vector256.ConvertToInt32Native(n) << 23)).AsSingle();
    }

    /// <inheritdoc cref="ExpOfNegative(Vector256{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> ExpOfNegative(Vector512<float> x)
    {
        var power = Vector512.MaxNative(Vector512.Create(-87f), x) * Vector512.Create(1.44269504f);
        var n = Vector512.Round(power);
        var r = power - n;
        var p = Vector512.FusedMultiplyAdd(Vector512.Create(1.535336188e-4f), r, Vector512.Create(1.339887440e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(9.618437357e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.550332471e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(2.402264791e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(6.931472029e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512<float>.One);
        return (p.AsInt32() + (Vector512.ConvertToInt32Native(n) << 23)).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        // x = n ln 2 + r with |r| at most ln 2 / 2; ln 2 in two parts, so that r is exact. e^r by its series, 2^n through the exponent's bits.
        var n = Vector512.Round(x * Vector512.Create(1.44269504f));
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.Create(1.9875691500e-4f);
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.FusedMultiplyAdd(p, r, Vector512.Create(5.0000001201e-1f));
        var series = Vector512.FusedMultiplyAdd(p, r * r, r) + Vector512<float>.One;
        var power = ((Vector512.ConvertToInt32Native(n) + Vector512.Create(127)) << 23).AsSingle();
        // Not a number stays what it is: a diverged step must be seen.
        return Vector512.AndNot(series * power, Vector512.LessThan(x, Vector512.Create(-87f)));
    }
}
