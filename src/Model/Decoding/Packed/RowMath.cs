using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>What a layer does to rows besides products and attention.</summary>
internal static unsafe class RowMath
{
    /// <summary>Added to the variance: PyTorch's.</summary>
    private const float Epsilon = 1e-5f;

    private const int Count = 8;

    /// <summary>Layer normalisation of a row; y may be x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Normalize(float* x, float* gain, float* bias, float* y, int width)
    {
        var whole = width - width % Count;
        var sums = Vector256<float>.Zero;
        for (var at = 0; at < whole; at += Count) sums += Vector256.Load(x + at);
        var sum = Vector256.Sum(sums);
        for (var at = whole; at < width; at++) sum += x[at];
        var mean = sum / width;

        var squares = Vector256<float>.Zero;
        for (var at = 0; at < whole; at += Count)
        {
            var centred = Vector256.Load(x + at) - Vector256.Create(mean);
            squares = Vector256.FusedMultiplyAdd(centred, centred, squares);
        }
        var square = Vector256.Sum(squares);
        for (var at = whole; at < width; at++) square += (x[at] - mean) * (x[at] - mean);
        var reciprocal = 1 / MathF.Sqrt(square / width + Epsilon);

        for (var at = 0; at < whole; at += Count)
        {
            var normal = (Vector256.Load(x + at) - Vector256.Create(mean)) * Vector256.Create(reciprocal);
            Vector256.FusedMultiplyAdd(normal, Vector256.Load(gain + at), Vector256.Load(bias + at)).Store(y + at);
        }
        for (var at = whole; at < width; at++) y[at] = (x[at] - mean) * reciprocal * gain[at] + bias[at];
    }

    /// <summary>x Phi(x), in place. The width is a multiple of 16: as rows stand in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* x, nint width)
    {
        for (nint at = 0; at < width; at += Lanes.Count)
        {
            var value = new Lanes(Vector512.Load(x + at), Vector512.Load(x + at + Lanes.Count / 2));
            var result = value * VectorMath.NormalCdf(value);
            result.Low.Store(x + at);
            result.High.Store(x + at + Lanes.Count / 2);
        }
    }

    /// <summary>y = table row times scale, plus the position's encoding.</summary>
    public static void Embed(float* table, float scale, float* position, float* y, int width)
    {
        var whole = width - width % Count;
        for (var at = 0; at < whole; at += Count)
            (Vector256.Load(table + at) * Vector256.Create(scale) + Vector256.Load(position + at)).Store(y + at);
        for (var at = whole; at < width; at++) y[at] = table[at] * scale + position[at];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Dot(float* a, float* b, int width)
    {
        var sums = Vector256<float>.Zero;
        var at = 0;
        for (; at + Count <= width; at += Count) sums = Vector256.FusedMultiplyAdd(Vector256.Load(a + at), Vector256.Load(b + at), sums);
        var sum = Vector256.Sum(sums);
        for (; at < width; at++) sum += a[at] * b[at];
        return sum;
    }
}
