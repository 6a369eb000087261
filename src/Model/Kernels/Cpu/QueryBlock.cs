using System.Runtime.Intrinsics;

namespace DistTrain.Model.Kernels.Cpu;

/// <summary>Queries of one head that are attended at once: their scores stay in the cache, however long the sequence is.</summary>
/// <param name="Head">Of all sequences' heads.</param>
/// <param name="First">Its first query.</param>
internal readonly unsafe record struct QueryBlock(AttentionInput Input, int Head, int First)
{
    /// <summary>Queries of a block, but for the last.</summary>
    public const int Most = 64;

    public int Rows => Math.Min(Most, Input.Queries - First);

    public int GroupedRows => HeadBuffers.Up(Rows, SmallProducts.RowGroup);

    /// <summary>Keys that any of its queries sees: the last one sees the most.</summary>
    public int Keys => Visible(Rows - 1);

    public int GroupedKeys => HeadBuffers.Up(Keys, SmallProducts.RowGroup);

    /// <summary>Columns of its scores.</summary>
    public int Width => HeadBuffers.Up(Keys, SmallProducts.ColumnGroup);

    /// <summary>Keys that one of its queries sees.</summary>
    public int Visible(int row) => Input.Visible.Count(Head, First + row);

    /// <summary>Makes the factors of its weights' dropout: the same ones in every pass.</summary>
    /// <param name="keys">Of all rows of the queries.</param>
    public void Draw(ulong* keys, HeadBuffers buffers)
    {
        keys += (long)(Head / Input.Heads) * Input.Queries + First;
        var column = Head % Input.Heads * DropoutMask.ColumnsPerHead;
        for (var row = 0; row < Rows; row++)
        {
            var factors = Input.Mask.Row(keys[row]);
            for (var at = 0; at < Width; at += SmallProducts.ColumnGroup)
                factors.From(column + at).Store(buffers.Factors + row * buffers.KeyStride + at);
        }
    }

    /// <summary>y = x times the factors made.</summary>
    public void Drop(float* x_TS, float* y_TS, HeadBuffers buffers)
    {
        for (var (row, at) = (0, 0); row < Rows; row++, at += buffers.KeyStride)
            AttentionMath.Multiply(x_TS + at, buffers.Factors + at, y_TS + at, Width);
    }
}
