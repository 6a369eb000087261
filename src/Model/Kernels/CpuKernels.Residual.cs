using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

internal sealed unsafe partial class CpuKernels<T, TElement>
{
    public override void Drop(Tensor x, DropoutMask mask, Tensor y)
    {
        T* from = Pointer(x), to = Pointer(y);
        Flat(x.numel(), DropoutMask.BlockLength, (first, end) => Drop(from, mask, to, first, end));
    }

    public override void AddResidual(Tensor y_RD, Tensor bias_D, DropoutMask mask, Tensor x_RD)
    {
        var (rows, width) = Shape(y_RD);
        T* y = Pointer(y_RD), x = Pointer(x_RD);
        float* bias = Floats(bias_D);
        if (mask.Rate == 0)
        {
            Rows(rows, width, (first, end) =>
            {
                for (var row = first; row < end; row++) AddResidual(y + (long)row * width, bias, x + (long)row * width, width);
            });
            return;
        }
        Rows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++) AddBias(y + (long)row * width, bias, y + (long)row * width, width);
        });
        Flat((long)rows * width, DropoutMask.BlockLength, (first, end) =>
        {
            Drop(y, mask, y, first, end);
            for (var at = first; at < end; at += Lanes.Count) Store(Load(y + at, end - at) + Load(x + at, end - at), y + at, end - at);
        });
    }

    private static void AddResidual(T* y, float* bias, T* x, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count)
            Store(Load(y + at, width - at) + LoadFloats(bias + at, width - at) + Load(x + at, width - at), y + at, width - at);
    }

    private static void AddBias(T* x, float* bias, T* y, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count) Store(Load(x + at, width - at) + LoadFloats(bias + at, width - at), y + at, width - at);
    }

    /// <param name="first">Where a block of the mask begins.</param>
    private static void Drop(T* x, DropoutMask mask, T* y, int first, int end)
    {
        var random = RandomLanes.OfBlock(mask.Seed, first / DropoutMask.BlockLength);
        var (threshold, kept) = (mask.Threshold, mask.Kept);
        for (var at = first; at < end; at += Lanes.Count)
        {
            var value = Load(x + at, end - at);
            var low = value.Low * kept & Vector512.GreaterThanOrEqual(random.Next(), threshold).AsSingle();
            var high = value.High * kept & Vector512.GreaterThanOrEqual(random.Next(), threshold).AsSingle();
            Store(new Lanes(low, high), y + at, end - at);
        }
    }
}
