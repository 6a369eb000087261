using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// Rows as bytes with one scale each: activations, each time anew, and weights, once. Pairs of products are summed over sixteen inputs in 16
/// bits, where processors that have no better instruction are fast. Activations have seven bits, 0 to 127, and weights as many of eight as
/// let no such sum overflow, whatever the activations are: then every kernel on every processor gives the same integers.
/// </summary>
internal static unsafe class ByteRow
{
    /// <summary>What stands for zero in a row that has values of either sign.</summary>
    public const int Zero = 64;

    private const int MostPositive = 127, MostSigned = 63;

    /// <summary>A row of nothing larger is one of zeros: its factor would be no finite number.</summary>
    private const float Least = 1e-30f;

    /// <summary>The largest sum of eight weights of one sign: with rounding, half for each, at most 32767 / 127.</summary>
    private const float MostOfPlace = 254;

    /// <summary>Bytes from one row of activations to the next.</summary>
    public static int Stride(int width) => (width + 31) / 32 * 32;

    /// <summary>A row of activations.</summary>
    /// <param name="x">Can be read up to a multiple of 32 values.</param>
    /// <param name="isPositive">No value is negative.</param>
    /// <returns>The scale: a value is about scale times (byte - <see cref="Zero"/>), or scale times byte where none is negative.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Activations(float* x, int width, byte* bytes, bool isPositive)
    {
        var largest = Largest(x, width);
        var (most, zero) = isPositive ? (MostPositive, Vector256<int>.Zero) : (MostSigned, Vector256.Create(Zero));
        var factor = Vector256.Create(largest > Least ? most / largest : 0);
        for (var at = 0; at < width; at += 32)
        {
            var low = Vector256.Narrow(Of(x + at, factor, zero), Of(x + at + 8, factor, zero));
            var high = Vector256.Narrow(Of(x + at + 16, factor, zero), Of(x + at + 24, factor, zero));
            Vector256.Narrow(low, high).AsByte().Store(bytes + at);
        }
        return largest / most;
    }

    /// <summary>A row of weights.</summary>
    /// <returns>The scale: a weight is about scale times byte.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Weights(ReadOnlySpan<float> row, Span<sbyte> bytes)
    {
        var (largest, sum) = (0f, 0f);
        for (var group = 0; group < row.Length; group += ByteKernel.Group)
            for (var place = 0; place < 4; place += 2)
            {
                var (positive, negative) = (0f, 0f);
                for (var pair = group + place; pair < Math.Min(row.Length, group + ByteKernel.Group); pair += 4)
                    for (var input = pair; input < Math.Min(row.Length, pair + 2); input++)
                    {
                        largest = MathF.Max(largest, MathF.Abs(row[input]));
                        if (row[input] > 0) positive += row[input];
                        else negative -= row[input];
                    }
                sum = MathF.Max(sum, MathF.Max(positive, negative));
            }
        if (!(largest > Least)) return largest;
        var scale = MathF.Max(largest / sbyte.MaxValue, sum / MostOfPlace);
        for (var input = 0; input < row.Length; input++) bytes[input] = (sbyte)MathF.Round(row[input] / scale);
        return scale;
    }

    /// <summary>Not a number where any is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Largest(float* x, int width)
    {
        var most = Vector256<float>.Zero;
        var at = 0;
        for (; at + 8 <= width; at += 8) most = Vector256.Max(most, Vector256.Abs(Vector256.Load(x + at)));
        var largest = 0f;
        for (var lane = 0; lane < 8; lane++) largest = MathF.Max(largest, most[lane]);
        for (; at < width; at++) largest = MathF.Max(largest, MathF.Abs(x[at]));
        return largest;
    }

    private static Vector256<int> Of(float* x, Vector256<float> factor, Vector256<int> zero) =>
        Vector256.ConvertToInt32Native(Vector256.Round(Vector256.Load(x) * factor)) + zero;
}
