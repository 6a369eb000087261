using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Kernels.Cpu;

/// <summary>
/// What attention does to rows of scores and weights, in float32. Rows are read and written up to a multiple of
/// <see cref="SmallProducts.ColumnGroup"/>.
/// </summary>
internal static unsafe class AttentionMath
{
    private const int Group = SmallProducts.ColumnGroup;

    /// <summary>Scores become weights: the softmax of the first <paramref name="visible"/>, then exactly 0 up to <paramref name="width"/>.</summary>
    /// <returns>The logarithm of the sum of exponentials.</returns>
    public static float Softmax(float* scores, int visible, int width)
    {
        var most = Vector512.Create(float.NegativeInfinity);
        for (var at = 0; at < visible; at += Group)
            most = Vector512.Max(most, First(Vector512.Load(scores + at), visible - at, float.NegativeInfinity));
        var largest = VectorMath.Largest(most);
        var sum = Vector512<float>.Zero;
        for (var at = 0; at < width; at += Group)
        {
            var exponential = First(VectorMath.Exp(Vector512.Load(scores + at) - Vector512.Create(largest)), visible - at, 0);
            exponential.Store(scores + at);
            sum += exponential;
        }
        var total = Vector512.Sum(sum);
        var reciprocal = Vector512.Create(1 / total);
        for (var at = 0; at < visible; at += Group) (Vector512.Load(scores + at) * reciprocal).Store(scores + at);
        return largest + MathF.Log(total);
    }

    /// <summary>The same weights once more, from what <see cref="Softmax"/> returned.</summary>
    public static void Weights(float* scores, float logSum, int visible, int width)
    {
        for (var at = 0; at < width; at += Group)
            First(VectorMath.Exp(Vector512.Load(scores + at) - Vector512.Create(logSum)), visible - at, 0).Store(scores + at);
    }

    /// <summary>Turns the gradient of weights into that of scores: d score = weight (d weight - sum of all d weight x weight).</summary>
    public static void SoftmaxBackward(float* dWeights, float* weights, int width)
    {
        var product = Vector512<float>.Zero;
        for (var at = 0; at < width; at += Group)
            product = Vector512.FusedMultiplyAdd(Vector512.Load(dWeights + at), Vector512.Load(weights + at), product);
        var sum = Vector512.Create(Vector512.Sum(product));
        for (var at = 0; at < width; at += Group) ((Vector512.Load(dWeights + at) - sum) * Vector512.Load(weights + at)).Store(dWeights + at);
    }

    /// <summary>y = x factors.</summary>
    public static void Multiply(float* x, float* factors, float* y, int width)
    {
        for (var at = 0; at < width; at += Group) (Vector512.Load(x + at) * Vector512.Load(factors + at)).Store(y + at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> First(Vector512<float> values, int count, float rest) =>
        count >= Group
            ? values
            : Vector512.ConditionalSelect(
                Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count)).AsSingle(), values, Vector512.Create(rest));
}
