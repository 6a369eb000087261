using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels.Simd;
using DistTrain.Shared.Jobs;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<T, TElement>
{
    public override void Activate(Tensor x_RF, Tensor bias_F, Activation activation, Tensor y_RF)
    {
        var (rows, width) = Shape(x_RF);
        T* x = Pointer(x_RF), y = Pointer(y_RF);
        float* bias = Floats(bias_F);
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
            {
                if (activation == Activation.Gelu) Gelu(x + (long)row * width, bias, y + (long)row * width, width);
                else Relu(x + (long)row * width, bias, y + (long)row * width, width);
            }
        });
    }

    public override void ActivateBackward(Tensor dy_RF, Tensor x_RF, Activation activation, Tensor dBias_F)
    {
        var (rows, width) = Shape(x_RF);
        T* dy = Pointer(dy_RF), x = Pointer(x_RF);
        float* dBias = Floats(dBias_F);
        ForBlocks(width, Lanes.Count, (first, end) =>
        {
            var left = end - first;
            var sum = activation == Activation.Gelu
                ? GeluBackward(dy + first, x + first, rows, width, left) : ReluBackward(dy + first, x + first, rows, width, left);
            StoreFloats(LoadFloats(dBias + first, left) + sum, dBias + first, left);
        });
    }

    private static void Relu(T* x, float* bias, T* y, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count)
            Store(Lanes.Max(Load(x + at, width - at) + LoadFloats(bias + at, width - at), default), y + at, width - at);
    }

    private static Lanes ReluBackward(T* dy, T* x, int rows, int width, int left)
    {
        var sum = default(Lanes);
        for (var row = 0; row < rows; row++, dy += width, x += width)
        {
            var gradient = Load(dy, left).WhereAboveZero(Load(x, left));
            Store(gradient, dy, left);
            sum += gradient;
        }
        return sum;
    }

    private static void Gelu(T* x, float* bias, T* y, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count)
        {
            var value = Load(x + at, width - at) + LoadFloats(bias + at, width - at);
            Store(value, x + at, width - at);
            Store(value * VectorMath.NormalCdf(value), y + at, width - at);
        }
    }

    /// <summary>The derivative of x Phi(x) is Phi(x) + x phi(x).</summary>
    private static Lanes GeluBackward(T* dy, T* x, int rows, int width, int left)
    {
        var sum = default(Lanes);
        for (var row = 0; row < rows; row++, dy += width, x += width)
        {
            var value = Load(x, left);
            var density = VectorMath.Exp(value * value * Lanes.Of(-0.5f)) * Lanes.Of(0.398942280f);
            var gradient = Load(dy, left) * Lanes.MultiplyAdd(value, density, VectorMath.NormalCdf(value));
            Store(gradient, dy, left);
            sum += gradient;
        }
        return sum;
    }
}
