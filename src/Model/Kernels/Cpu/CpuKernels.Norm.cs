using System.Runtime.CompilerServices;
using DistTrain.Model.Kernels.Simd;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels.Cpu;

internal sealed unsafe partial class CpuKernels<T, TElement>
{
    /// <summary>Added to the variance: PyTorch's.</summary>
    private const float Epsilon = 1e-5f;

    public override void Normalize(Tensor x_RD, Tensor gain_D, Tensor bias_D, Tensor y_RD, Tensor statistics_R2)
    {
        var (rows, width) = Shape(x_RD);
        T* x = Pointer(x_RD), y = Pointer(y_RD);
        float* gain = Floats(gain_D), bias = Floats(bias_D), statistics = Floats(statistics_R2);
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++) Normalize(x + (long)row * width, gain, bias, y + (long)row * width, statistics + 2 * row, width);
        });
    }

    public override void NormalizeBackward(
        Tensor dy_RD, Tensor x_RD, Tensor statistics_R2, Tensor gain_D, Tensor dx_RD, bool add, Tensor dGain_D, Tensor dBias_D)
    {
        var (rows, width) = Shape(x_RD);
        T* dy = Pointer(dy_RD), x = Pointer(x_RD), dx = Pointer(dx_RD);
        float* statistics = Floats(statistics_R2), gain = Floats(gain_D);
        float* dGain = Floats(dGain_D), dBias = Floats(dBias_D);
        // By columns first: dx may take the place of dy.
        ForBlocks(width, Lanes.Count,
            (first, end) => SumColumns(dy + first, x + first, statistics, dGain + first, dBias + first, rows, width, end - first));
        ForRows(rows, width, (first, end) =>
        {
            for (var row = first; row < end; row++)
                NormalizeBackward(dy + (long)row * width, x + (long)row * width, statistics + 2 * row, gain, dx + (long)row * width, add, width);
        });
    }

    private static void Normalize(T* x, float* gain, float* bias, T* y, float* statistics, int width)
    {
        var sum = default(Lanes);
        for (var at = 0; at < width; at += Lanes.Count) sum += Load(x + at, width - at);
        var mean = sum.Sum() / width;
        var squares = default(Lanes);
        for (var at = 0; at < width; at += Lanes.Count)
        {
            var centred = Centred(x + at, mean, width - at);
            squares = Lanes.MultiplyAdd(centred, centred, squares);
        }
        var reciprocal = 1 / MathF.Sqrt(squares.Sum() / width + Epsilon);
        for (var at = 0; at < width; at += Lanes.Count)
        {
            var normal = Centred(x + at, mean, width - at) * Lanes.Of(reciprocal);
            Store(Lanes.MultiplyAdd(normal, LoadFloats(gain + at, width - at), LoadFloats(bias + at, width - at)), y + at, width - at);
        }
        (statistics[0], statistics[1]) = (mean, reciprocal);
    }

    /// <summary>dx = (g - mean(g) - n mean(g n)) / deviation, where g = dy gain and n is the normalised x.</summary>
    private static void NormalizeBackward(T* dy, T* x, float* statistics, float* gain, T* dx, bool add, int width)
    {
        var (mean, reciprocal) = (statistics[0], statistics[1]);
        var (sum, product) = (default(Lanes), default(Lanes));
        for (var at = 0; at < width; at += Lanes.Count)
        {
            var scaled = Load(dy + at, width - at) * LoadFloats(gain + at, width - at);
            sum += scaled;
            product = Lanes.MultiplyAdd(scaled, Centred(x + at, mean, width - at), product);
        }
        var meanOfScaled = Lanes.Of(sum.Sum() / width);
        var meanOfProduct = Lanes.Of(product.Sum() / width * reciprocal * reciprocal);
        for (var at = 0; at < width; at += Lanes.Count)
        {
            var scaled = Load(dy + at, width - at) * LoadFloats(gain + at, width - at);
            var gradient = (scaled - meanOfScaled - Centred(x + at, mean, width - at) * meanOfProduct) * Lanes.Of(reciprocal);
            Store(add ? gradient + Load(dx + at, width - at) : gradient, dx + at, width - at);
        }
    }

    private static void SumColumns(T* dy, T* x, float* statistics, float* dGain, float* dBias, int rows, int width, int left)
    {
        var (gain, bias) = (default(Lanes), default(Lanes));
        for (var row = 0; row < rows; row++, dy += width, x += width, statistics += 2)
        {
            var gradient = Load(dy, left);
            var normal = (Load(x, left) - Lanes.Of(statistics[0])) * Lanes.Of(statistics[1]);
            gain = Lanes.MultiplyAdd(gradient, normal, gain);
            bias += gradient;
        }
        StoreFloats(LoadFloats(dGain, left) + gain, dGain, left);
        StoreFloats(LoadFloats(dBias, left) + bias, dBias, left);
    }

    /// <summary>x - mean, and 0 behind the row's end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes Centred(T* x, float mean, int left) =>
        left >= Lanes.Count ? TElement.Load(x) - Lanes.Of(mean) : (TElement.LoadFirst(x, left) - Lanes.Of(mean)).First(left, 0);
}
