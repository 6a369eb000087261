using System.Runtime.CompilerServices;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>The product of some rows with a panel of packed weights.</summary>
/// <typeparam name="T">What it computes with.</typeparam>
/// <typeparam name="TWeight">What weights are stored as: float or <see cref="BFloat16"/>.</typeparam>
internal static unsafe class FloatKernel<T, TWeight> where T : struct, IFloats<T> where TWeight : unmanaged
{
    /// <summary>
    /// Rows together, with four vectors of outputs: the sums take twelve of sixteen registers. Broadcasting a factor takes a multiplier's time on
    /// some processors, so rows are few and outputs many. With AVX-512 there are twice the registers, and twice the rows.
    /// </summary>
    public const int Rows = 3;

    /// <summary>Outputs of a panel.</summary>
    public static int Width => 4 * T.Count;

    /// <summary>y = x panel, or y += x panel; then adds the bias, if there is one; then makes negative outputs 0, if asked to.</summary>
    /// <param name="xRow">From one row of x to the next, in values.</param>
    /// <param name="weights">For each of <paramref name="steps"/> inputs those of the panel's outputs.</param>
    /// <param name="rows">At least 1.</param>
    /// <param name="bias">Null: nothing is added.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* x, nint xRow, TWeight* weights, nint steps, float* y, nint yRow, int rows, bool add, float* bias, bool relu)
    {
        // Where fewer rows are left, the last is computed again: a tile loads everything before it stores anything.
        var row = 0;
        if (T.Count == Floats512.Count)
            for (; row + Rows < rows; row += 2 * Rows)
                TileOfSix(x + row * xRow, xRow, weights, steps, y + row * yRow, yRow, rows - 1 - row, add, bias, relu);
        for (; row < rows; row += Rows)
            Tile(x + row * xRow, Math.Min(1, rows - 1 - row) * xRow, Math.Min(2, rows - 1 - row) * xRow, weights, steps,
                y + row * yRow, Math.Min(1, rows - 1 - row) * yRow, Math.Min(2, rows - 1 - row) * yRow, add, bias, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile(float* x, nint x1, nint x2, TWeight* weights, nint steps, float* y, nint y1, nint y2, bool add, float* bias, bool relu)
    {
        T a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default, c0 = default, c1 = default,
            c2 = default, c3 = default;
        if (add)
        {
            (a0, a1, a2, a3) = (T.Load(y), T.Load(y + T.Count), T.Load(y + 2 * T.Count), T.Load(y + 3 * T.Count));
            (b0, b1, b2, b3) = (T.Load(y + y1), T.Load(y + y1 + T.Count), T.Load(y + y1 + 2 * T.Count), T.Load(y + y1 + 3 * T.Count));
            (c0, c1, c2, c3) = (T.Load(y + y2), T.Load(y + y2 + T.Count), T.Load(y + y2 + 2 * T.Count), T.Load(y + y2 + 3 * T.Count));
        }
        var end = x + steps;
        for (; x < end; x++, weights += 4 * T.Count)
        {
            T a = T.All(x[0]), b = T.All(x[x1]), c = T.All(x[x2]);
            var w = Load(weights);
            a0 = T.MultiplyAdd(a, w, a0);
            b0 = T.MultiplyAdd(b, w, b0);
            c0 = T.MultiplyAdd(c, w, c0);
            w = Load(weights + T.Count);
            a1 = T.MultiplyAdd(a, w, a1);
            b1 = T.MultiplyAdd(b, w, b1);
            c1 = T.MultiplyAdd(c, w, c1);
            w = Load(weights + 2 * T.Count);
            a2 = T.MultiplyAdd(a, w, a2);
            b2 = T.MultiplyAdd(b, w, b2);
            c2 = T.MultiplyAdd(c, w, c2);
            w = Load(weights + 3 * T.Count);
            a3 = T.MultiplyAdd(a, w, a3);
            b3 = T.MultiplyAdd(b, w, b3);
            c3 = T.MultiplyAdd(c, w, c3);
        }
        if (bias != null)
        {
            T bias0 = T.Load(bias), bias1 = T.Load(bias + T.Count), bias2 = T.Load(bias + 2 * T.Count), bias3 = T.Load(bias + 3 * T.Count);
            (a0, a1, a2, a3) = (T.Add(a0, bias0), T.Add(a1, bias1), T.Add(a2, bias2), T.Add(a3, bias3));
            (b0, b1, b2, b3) = (T.Add(b0, bias0), T.Add(b1, bias1), T.Add(b2, bias2), T.Add(b3, bias3));
            (c0, c1, c2, c3) = (T.Add(c0, bias0), T.Add(c1, bias1), T.Add(c2, bias2), T.Add(c3, bias3));
        }
        Store(a0, a1, a2, a3, y, relu);
        Store(b0, b1, b2, b3, y + y1, relu);
        Store(c0, c1, c2, c3, y + y2, relu);
    }

    /// <summary>The same for twice the rows, where there are twice the registers: weights are loaded half as often.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TileOfSix(float* x, nint xRow, TWeight* weights, nint steps, float* y, nint yRow, int last, bool add, float* bias, bool relu)
    {
        nint one = Math.Min(1, last), two = Math.Min(2, last), three = Math.Min(3, last), four = Math.Min(4, last), five = Math.Min(5, last);
        T a0 = default, a1 = default, a2 = default, a3 = default;
        T b0 = default, b1 = default, b2 = default, b3 = default;
        T c0 = default, c1 = default, c2 = default, c3 = default;
        T d0 = default, d1 = default, d2 = default, d3 = default;
        T e0 = default, e1 = default, e2 = default, e3 = default;
        T f0 = default, f1 = default, f2 = default, f3 = default;
        if (add)
        {
            (a0, a1, a2, a3) = (T.Load(y), T.Load(y + T.Count), T.Load(y + 2 * T.Count), T.Load(y + 3 * T.Count));
            (b0, b1, b2, b3) = (T.Load(y + one * yRow), T.Load(y + one * yRow + T.Count), T.Load(y + one * yRow + 2 * T.Count),
                T.Load(y + one * yRow + 3 * T.Count));
            (c0, c1, c2, c3) = (T.Load(y + two * yRow), T.Load(y + two * yRow + T.Count), T.Load(y + two * yRow + 2 * T.Count),
                T.Load(y + two * yRow + 3 * T.Count));
            (d0, d1, d2, d3) = (T.Load(y + three * yRow), T.Load(y + three * yRow + T.Count), T.Load(y + three * yRow + 2 * T.Count),
                T.Load(y + three * yRow + 3 * T.Count));
            (e0, e1, e2, e3) = (T.Load(y + four * yRow), T.Load(y + four * yRow + T.Count), T.Load(y + four * yRow + 2 * T.Count),
                T.Load(y + four * yRow + 3 * T.Count));
            (f0, f1, f2, f3) = (T.Load(y + five * yRow), T.Load(y + five * yRow + T.Count), T.Load(y + five * yRow + 2 * T.Count),
                T.Load(y + five * yRow + 3 * T.Count));
        }
        float* x1 = x + one * xRow, x2 = x + two * xRow, x3 = x + three * xRow, x4 = x + four * xRow, x5 = x + five * xRow;
        for (nint step = 0; step < steps; step++, weights += 4 * T.Count)
        {
            T w0 = Load(weights), w1 = Load(weights + T.Count), w2 = Load(weights + 2 * T.Count), w3 = Load(weights + 3 * T.Count);
            var factor = T.All(x[step]);
            (a0, a1, a2, a3) = (T.MultiplyAdd(factor, w0, a0), T.MultiplyAdd(factor, w1, a1), T.MultiplyAdd(factor, w2, a2),
                T.MultiplyAdd(factor, w3, a3));
            factor = T.All(x1[step]);
            (b0, b1, b2, b3) = (T.MultiplyAdd(factor, w0, b0), T.MultiplyAdd(factor, w1, b1), T.MultiplyAdd(factor, w2, b2),
                T.MultiplyAdd(factor, w3, b3));
            factor = T.All(x2[step]);
            (c0, c1, c2, c3) = (T.MultiplyAdd(factor, w0, c0), T.MultiplyAdd(factor, w1, c1), T.MultiplyAdd(factor, w2, c2),
                T.MultiplyAdd(factor, w3, c3));
            factor = T.All(x3[step]);
            (d0, d1, d2, d3) = (T.MultiplyAdd(factor, w0, d0), T.MultiplyAdd(factor, w1, d1), T.MultiplyAdd(factor, w2, d2),
                T.MultiplyAdd(factor, w3, d3));
            factor = T.All(x4[step]);
            (e0, e1, e2, e3) = (T.MultiplyAdd(factor, w0, e0), T.MultiplyAdd(factor, w1, e1), T.MultiplyAdd(factor, w2, e2),
                T.MultiplyAdd(factor, w3, e3));
            factor = T.All(x5[step]);
            (f0, f1, f2, f3) = (T.MultiplyAdd(factor, w0, f0), T.MultiplyAdd(factor, w1, f1), T.MultiplyAdd(factor, w2, f2),
                T.MultiplyAdd(factor, w3, f3));
        }
        if (bias != null)
        {
            T bias0 = T.Load(bias), bias1 = T.Load(bias + T.Count), bias2 = T.Load(bias + 2 * T.Count), bias3 = T.Load(bias + 3 * T.Count);
            (a0, a1, a2, a3) = (T.Add(a0, bias0), T.Add(a1, bias1), T.Add(a2, bias2), T.Add(a3, bias3));
            (b0, b1, b2, b3) = (T.Add(b0, bias0), T.Add(b1, bias1), T.Add(b2, bias2), T.Add(b3, bias3));
            (c0, c1, c2, c3) = (T.Add(c0, bias0), T.Add(c1, bias1), T.Add(c2, bias2), T.Add(c3, bias3));
            (d0, d1, d2, d3) = (T.Add(d0, bias0), T.Add(d1, bias1), T.Add(d2, bias2), T.Add(d3, bias3));
            (e0, e1, e2, e3) = (T.Add(e0, bias0), T.Add(e1, bias1), T.Add(e2, bias2), T.Add(e3, bias3));
            (f0, f1, f2, f3) = (T.Add(f0, bias0), T.Add(f1, bias1), T.Add(f2, bias2), T.Add(f3, bias3));
        }
        Store(a0, a1, a2, a3, y, relu);
        Store(b0, b1, b2, b3, y + one * yRow, relu);
        Store(c0, c1, c2, c3, y + two * yRow, relu);
        Store(d0, d1, d2, d3, y + three * yRow, relu);
        Store(e0, e1, e2, e3, y + four * yRow, relu);
        Store(f0, f1, f2, f3, y + five * yRow, relu);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Load(TWeight* weights) => typeof(TWeight) == typeof(float) ? T.Load((float*)weights) : T.Load((BFloat16*)weights);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(T sum0, T sum1, T sum2, T sum3, float* y, bool relu)
    {
        if (relu) (sum0, sum1, sum2, sum3) = (T.Max(default, sum0), T.Max(default, sum1), T.Max(default, sum2), T.Max(default, sum3));
        sum0.Store(y);
        sum1.Store(y + T.Count);
        sum2.Store(y + 2 * T.Count);
        sum3.Store(y + 3 * T.Count);
    }
}
