using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Optimization;

/// <summary>The Euclidean norm, summed in float64 in an order that depends neither on the processor nor on the number of threads.</summary>
internal static class GradientNorm
{
    public static double Of(ReadOnlySpan<float> values)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(values);
        var (lower, upper) = (Vector512<double>.Zero, Vector512<double>.Zero);
        foreach (var vector in vectors)
        {
            var (low, high) = Vector512.Widen(vector);
            lower += low * low;
            upper += high * high;
        }
        var sum = 0.0;
        for (var lane = 0; lane < Vector512<double>.Count; lane++) sum += lower[lane] + upper[lane];
        foreach (var value in values[(vectors.Length * Vector512<float>.Count)..]) sum += (double)value * value;
        return Math.Sqrt(sum);
    }
}
