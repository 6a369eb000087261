using System.Runtime.CompilerServices;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>The exact product of some rows of bytes with a panel of packed weights: one vector of outputs wide.</summary>
internal static unsafe class ByteKernel
{
    /// <summary>Rows together.</summary>
    public const int Rows = 6;

    /// <summary>Inputs are taken in groups of this many.</summary>
    public const int Group = 16;

    /// <summary>sums = x panel.</summary>
    /// <param name="x">Of values 0 to 127.</param>
    /// <param name="xRow">From one row of x to the next, in bytes: a multiple of <see cref="Group"/>.</param>
    /// <param name="weights">For each group of inputs, for each four of them, those of each output: bytes of <see cref="ByteRow.Weights"/>.</param>
    /// <param name="steps">Inputs: a multiple of <see cref="Group"/>.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="sums">[6, outputs]; those behind the last row are the last row's.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Tile<T>(byte* x, nint xRow, sbyte* weights, nint steps, int rows, int* sums) where T : struct, IBytes<T>
    {
        byte* x1 = x + Math.Min(1, rows - 1) * xRow, x2 = x + Math.Min(2, rows - 1) * xRow, x3 = x + Math.Min(3, rows - 1) * xRow;
        byte* x4 = x + Math.Min(4, rows - 1) * xRow, x5 = x + Math.Min(5, rows - 1) * xRow;
        T sum0 = default, sum1 = default, sum2 = default, sum3 = default, sum4 = default, sum5 = default;
        for (nint step = 0; step < steps; step += Group)
        {
            var four = new Four<T>(T.Load(weights), T.Load(weights + 4 * T.Count), T.Load(weights + 8 * T.Count), T.Load(weights + 12 * T.Count));
            weights += Group * T.Count;
            sum0 = T.Add(sum0, x + step, four);
            sum1 = T.Add(sum1, x1 + step, four);
            sum2 = T.Add(sum2, x2 + step, four);
            sum3 = T.Add(sum3, x3 + step, four);
            sum4 = T.Add(sum4, x4 + step, four);
            sum5 = T.Add(sum5, x5 + step, four);
        }
        sum0.Store(sums);
        sum1.Store(sums + T.Count);
        sum2.Store(sums + 2 * T.Count);
        sum3.Store(sums + 3 * T.Count);
        sum4.Store(sums + 4 * T.Count);
        sum5.Store(sums + 5 * T.Count);
    }
}
