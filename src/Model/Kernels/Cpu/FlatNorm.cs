using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Kernels.Cpu;

/// <summary>The Euclidean norm, summed in float64 in an order that depends neither on the processor nor on the number of threads.</summary>
/// <param name="length">Of the vectors; what a norm needs besides is kept, so that a step allocates nothing.</param>
internal sealed unsafe class FlatNorm(long length)
{
    private const int BlockLength = 1 << 16;

    private readonly double[] _sums = new double[(length + BlockLength - 1) / BlockLength];

    public long Length => length;

    public double Of(float* values)
    {
        Team.Run(_sums.Length, block =>
        {
            var first = (long)block * BlockLength;
            _sums[block] = SumOfSquares(new ReadOnlySpan<float>(values + first, (int)Math.Min(BlockLength, length - first)));
        });
        return Math.Sqrt(_sums.Sum());
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
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
        return sum;
    }
}
