using DistTrain.Model.Kernels.Simd;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<T, TElement>
{
    public override void Embed(Tensor table_VD, Tensor tokens_R, Tensor positions_TD, float scale, Tensor y_RD)
    {
        var (rows, width) = ((int)tokens_R.numel(), Shape(y_RD).Width);
        var length = (int)positions_TD.size(0);
        T* table = Pointer(table_VD), y = Pointer(y_RD);
        long* tokens = (long*)Address(tokens_R);
        float* positions = Floats(positions_TD);
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
                Embed(table + tokens[row] * width, positions + (long)(row % length) * width, Lanes.Of(scale), y + (long)row * width, width);
        });
        ClearRowsBehind(y_RD, rows);
    }

    /// <summary>Shared out by columns: rows of one token come from anywhere, and are added in their order.</summary>
    public override void EmbedBackward(Tensor dy_RD, Tensor tokens_R, float scale, Tensor dTable_VD)
    {
        var (rows, width) = ((int)tokens_R.numel(), Shape(dy_RD).Width);
        T* dy = Pointer(dy_RD);
        long* tokens = (long*)Address(tokens_R);
        float* dTable = Floats(dTable_VD);
        ForBlocks(width, 2 * Lanes.Count, (first, end) =>
        {
            for (var row = 0; row < rows; row++) AddScaled(dy + (long)row * width, Lanes.Of(scale), dTable + tokens[row] * width, first, end);
        });
    }

    private static void Embed(T* entry, float* position, Lanes scale, T* y, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count)
            Store(Lanes.MultiplyAdd(Load(entry + at, width - at), scale, LoadFloats(position + at, width - at)), y + at, width - at);
    }

    private static void AddScaled(T* x, Lanes scale, float* sum, int first, int end)
    {
        for (var at = first; at < end; at += Lanes.Count)
            StoreFloats(Lanes.MultiplyAdd(Load(x + at, end - at), scale, LoadFloats(sum + at, end - at)), sum + at, end - at);
    }
}
