using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Kernels.Cpu;

/// <summary>
/// Products of float32 matrices that stay in the nearest caches: attention's. For thousands of these the libraries' preparation of each new
/// shape, and the copies that bring heads into the order that they want, cost more than the multiplications.
/// </summary>
internal static unsafe class SmallProducts
{
    /// <summary>Rows of a result are computed in groups of this many.</summary>
    public const int RowGroup = 4;

    /// <summary>Columns of a result are computed in groups of this many.</summary>
    public const int ColumnGroup = 16;

    /// <summary>c = a b, or that added to c.</summary>
    /// <param name="a">Element (i, k) stands at <c>i aRow + k aStep</c>: either factor order without a transposed copy.</param>
    /// <param name="b">Row k begins at <c>k bRow</c>.</param>
    /// <param name="rows">Of c: a multiple of <see cref="RowGroup"/>.</param>
    /// <param name="steps">Columns of a, rows of b.</param>
    /// <param name="width">Columns of c: a multiple of <see cref="ColumnGroup"/>.</param>
    public static void Multiply(float* a, nint aRow, nint aStep, float* b, nint bRow, float* c, nint cRow, int rows, int steps, int width, bool add)
    {
        for (var row = 0; row < rows; row += RowGroup)
        {
            var column = 0;
            for (; column + 2 * ColumnGroup <= width; column += 2 * ColumnGroup)
                TwoGroups(a + row * aRow, aRow, aStep, b + column, bRow, c + row * cRow + column, cRow, steps, add);
            if (column < width) OneGroup(a + row * aRow, aRow, aStep, b + column, bRow, c + row * cRow + column, cRow, steps, add);
        }
    }

    // Eight sums are as many as two units of four cycles' latency can work on at once.
    private static void TwoGroups(float* a, nint aRow, nint aStep, float* b, nint bRow, float* c, nint cRow, int steps, bool add)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default, c30 = default, c31 = default;
        if (add)
        {
            (c00, c01) = (Vector512.Load(c), Vector512.Load(c + ColumnGroup));
            (c10, c11) = (Vector512.Load(c + cRow), Vector512.Load(c + cRow + ColumnGroup));
            (c20, c21) = (Vector512.Load(c + 2 * cRow), Vector512.Load(c + 2 * cRow + ColumnGroup));
            (c30, c31) = (Vector512.Load(c + 3 * cRow), Vector512.Load(c + 3 * cRow + ColumnGroup));
        }
        for (var step = 0; step < steps; step++, a += aStep, b += bRow)
        {
            var low = Vector512.Load(b);
            var high = Vector512.Load(b + ColumnGroup);
            var factor = Vector512.Create(*a);
            c00 = Vector512.FusedMultiplyAdd(factor, low, c00);
            c01 = Vector512.FusedMultiplyAdd(factor, high, c01);
            factor = Vector512.Create(a[aRow]);
            c10 = Vector512.FusedMultiplyAdd(factor, low, c10);
            c11 = Vector512.FusedMultiplyAdd(factor, high, c11);
            factor = Vector512.Create(a[2 * aRow]);
            c20 = Vector512.FusedMultiplyAdd(factor, low, c20);
            c21 = Vector512.FusedMultiplyAdd(factor, high, c21);
            factor = Vector512.Create(a[3 * aRow]);
            c30 = Vector512.FusedMultiplyAdd(factor, low, c30);
            c31 = Vector512.FusedMultiplyAdd(factor, high, c31);
        }
        Store(c, c00, c01);
        Store(c + cRow, c10, c11);
        Store(c + 2 * cRow, c20, c21);
        Store(c + 3 * cRow, c30, c31);
    }

    private static void OneGroup(float* a, nint aRow, nint aStep, float* b, nint bRow, float* c, nint cRow, int steps, bool add)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default;
        if (add) (c0, c1, c2, c3) = (Vector512.Load(c), Vector512.Load(c + cRow), Vector512.Load(c + 2 * cRow), Vector512.Load(c + 3 * cRow));
        for (var step = 0; step < steps; step++, a += aStep, b += bRow)
        {
            var columns = Vector512.Load(b);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(*a), columns, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(a[aRow]), columns, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(a[2 * aRow]), columns, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(a[3 * aRow]), columns, c3);
        }
        c0.Store(c);
        c1.Store(c + cRow);
        c2.Store(c + 2 * cRow);
        c3.Store(c + 3 * cRow);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> low, Vector512<float> high)
    {
        low.Store(c);
        high.Store(c + ColumnGroup);
    }
}
