using DistTrain.Model.Kernels.Simd;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<T, TElement>
{
    public override void Drop(Tensor x_RF, DropoutMask mask, Tensor y_RF)
    {
        var (rows, width) = Shape(x_RF);
        T* x = Pointer(x_RF), y = Pointer(y_RF);
        ulong* keys = RowKeysOf(mask);
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++) Drop(x + (long)row * width, mask.Row(keys[row]), y + (long)row * width, width);
        });
    }

    public override void AddResidual(Tensor y_RD, Tensor bias_D, DropoutMask mask, Tensor x_RD)
    {
        var (rows, width) = Shape(y_RD);
        T* y = Pointer(y_RD), x = Pointer(x_RD);
        float* bias = Floats(bias_D);
        ulong* keys = RowKeysOf(mask);
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                if (keys == null) AddResidual(y + (long)row * width, bias, x + (long)row * width, width);
                else AddResidual(y + (long)row * width, bias, mask.Row(keys[row]), x + (long)row * width, width);
            }
        });
    }

    private static void AddResidual(T* y, float* bias, T* x, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count)
            Store(Load(y + at, width - at) + LoadFloats(bias + at, width - at) + Load(x + at, width - at), y + at, width - at);
    }

    private static void AddResidual(T* y, float* bias, RowFactors factors, T* x, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count)
            Store(factors.Apply(Load(y + at, width - at) + LoadFloats(bias + at, width - at), at) + Load(x + at, width - at), y + at, width - at);
    }

    private static void Drop(T* x, RowFactors factors, T* y, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count) Store(factors.Apply(Load(x + at, width - at), at), y + at, width - at);
    }

    /// <summary>Null: nothing is dropped.</summary>
    private static ulong* RowKeysOf(DropoutMask mask) => mask.Keys_R is null ? null : (ulong*)Address(mask.Keys_R);
}
