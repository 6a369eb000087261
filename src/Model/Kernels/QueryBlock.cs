namespace DistTrain.Model.Kernels;

/// <summary>Queries of one head that are attended at once: their scores stay in the cache, however long the sequence is.</summary>
/// <param name="Head">Of all sequences' heads.</param>
/// <param name="First">Its first query.</param>
internal readonly unsafe record struct QueryBlock(AttentionInput Input, int Head, int First)
{
    /// <summary>Queries of a block, but for the last.</summary>
    public const int Most = DropoutMask.AttentionQueries;

    public int Rows => Math.Min(Most, Input.Queries - First);

    public int GroupedRows => HeadBuffers.Up(Rows, SmallProducts.RowGroup);

    /// <summary>Keys that any of its queries sees: the last one sees the most.</summary>
    public int Keys => Visible(Rows - 1);

    public int GroupedKeys => HeadBuffers.Up(Keys, SmallProducts.RowGroup);

    /// <summary>Columns of its scores.</summary>
    public int Width => HeadBuffers.Up(Keys, SmallProducts.ColumnGroup);

    /// <summary>Keys that one of its queries sees.</summary>
    public int Visible(int row) => Input.Visible.Count(Head, First + row);

    /// <summary>Draws the factors of its weights' dropout: the same ones in every pass.</summary>
    public void Draw(HeadBuffers buffers) => Input.Mask.FillAttention(new Span<float>(buffers.Factors, Rows * Input.Keys), Head, First, Input.Queries);

    /// <summary>y = x times the factors drawn.</summary>
    public void Drop(float* x_TS, float* y_TS, HeadBuffers buffers)
    {
        for (var row = 0; row < Rows; row++)
            AttentionMath.Multiply(x_TS + row * buffers.KeyStride, buffers.Factors + row * Input.Keys, y_TS + row * buffers.KeyStride, Keys, Width);
    }
}
