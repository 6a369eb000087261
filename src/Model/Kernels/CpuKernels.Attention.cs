using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

internal sealed unsafe partial class CpuKernels<T, TElement>
{
    public override void SplitHeads(Tensor x_RF, Tensor? bias_F, int part, int heads, Tensor y_NTE)
    {
        var (length, size) = ((int)y_NTE.shape[1], (int)y_NTE.shape[2]);
        var (width, column) = ((int)x_RF.shape[1], part * heads * size);
        T* x = Pointer(x_RF) + column, y = Pointer(y_NTE);
        float* bias = bias_F is null ? null : Floats(bias_F) + column;
        Rows((int)y_NTE.shape[0], length * size, (first, end) =>
        {
            for (var n = first; n < end; n++)
            {
                var head = n % heads * size;
                for (var t = 0; t < length; t++)
                {
                    T* from = x + ((long)(n / heads) * length + t) * width + head, to = y + ((long)n * length + t) * size;
                    if (bias == null) Copy(from, to, size);
                    else AddBias(from, bias + head, to, size);
                }
            }
        });
    }

    public override void MergeHeads(Tensor x_NTE, int heads, Tensor y_RF, int part)
    {
        var (length, size) = ((int)x_NTE.shape[1], (int)x_NTE.shape[2]);
        var (width, column) = ((int)y_RF.shape[1], part * heads * size);
        T* x = Pointer(x_NTE), y = Pointer(y_RF) + column;
        Rows((int)x_NTE.shape[0], length * size, (first, end) =>
        {
            for (var n = first; n < end; n++)
                for (var t = 0; t < length; t++)
                    Copy(x + ((long)n * length + t) * size, y + ((long)(n / heads) * length + t) * width + n % heads * size, size);
        });
    }

    public override void Attend(Tensor scores_NTS, float scale, KeyVisibility visible, Tensor weights_NTS)
    {
        var (queries, keys) = ((int)scores_NTS.shape[1], (int)scores_NTS.shape[2]);
        T* scores = Pointer(scores_NTS), weights = Pointer(weights_NTS);
        Rows((int)scores_NTS.shape[0], queries * keys, (first, end) =>
        {
            for (var n = first; n < end; n++)
                for (var t = 0; t < queries; t++)
                {
                    var row = ((long)n * queries + t) * keys;
                    Softmax(scores + row, scale, visible.Count(n, t), keys, weights + row);
                }
        });
    }

    public override void AttendBackward(Tensor dWeights_NTS, Tensor weights_NTS, float scale)
    {
        var (rows, keys) = Shape(weights_NTS);
        T* dWeights = Pointer(dWeights_NTS), weights = Pointer(weights_NTS);
        Rows(rows, keys, (first, end) =>
        {
            for (var row = first; row < end; row++) SoftmaxBackward(dWeights + (long)row * keys, weights + (long)row * keys, scale, keys);
        });
    }

    private static void Copy(T* x, T* y, int count) => new ReadOnlySpan<T>(x, count).CopyTo(new Span<T>(y, count));

    private static void AddBias(T* x, float* bias, T* y, int width)
    {
        for (var at = 0; at < width; at += Lanes.Count) Store(Load(x + at, width - at) + LoadFloats(bias + at, width - at), y + at, width - at);
    }

    /// <summary>Over the first <paramref name="visible"/> of <paramref name="width"/> scores.</summary>
    private static void Softmax(T* x, float scale, int visible, int width, T* y)
    {
        var most = Lanes.Of(float.NegativeInfinity);
        for (var at = 0; at < visible; at += Lanes.Count) most = Lanes.Max(most, VisibleScores(x + at, scale, visible - at));
        var largest = Lanes.Of(most.Largest());
        var sum = default(Lanes);
        for (var at = 0; at < visible; at += Lanes.Count) sum += VectorMath.Exp(VisibleScores(x + at, scale, visible - at) - largest);
        var share = Lanes.Of(1 / sum.Sum());
        for (var at = 0; at < visible; at += Lanes.Count)
            Store(VectorMath.Exp(VisibleScores(x + at, scale, visible - at) - largest) * share, y + at, visible - at);
        new Span<T>(y + visible, width - visible).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes VisibleScores(T* x, float scale, int left) => (Load(x, left) * Lanes.Of(scale)).First(left, float.NegativeInfinity);

    /// <summary>d score = weight (d weight - sum of all d weight x weight) scale.</summary>
    private static void SoftmaxBackward(T* dWeights, T* weights, float scale, int width)
    {
        var product = default(Lanes);
        for (var at = 0; at < width; at += Lanes.Count) product = Lanes.MultiplyAdd(Load(dWeights + at, width - at), Load(weights + at, width - at), product);
        var (sum, by) = (Lanes.Of(product.Sum()), Lanes.Of(scale));
        for (var at = 0; at < width; at += Lanes.Count)
            Store((Load(dWeights + at, width - at) - sum) * Load(weights + at, width - at) * by, dWeights + at, width - at);
    }
}
