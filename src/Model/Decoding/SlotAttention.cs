using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Decoding;

/// <summary>
/// Attention (section 3.2.1) of single positions to any slots of a cache. By hand: the products are those of a vector with a few others,
/// for which torch's operators take longer to start than to compute, and they would need the slots gathered, padded and masked.
/// </summary>
internal static unsafe class SlotAttention
{
    private const int RowsOfBlock = 16;

    /// <param name="query_RF">Its first D columns are the queries.</param>
    /// <param name="slots_CF">Keys, then values: [C, 2 D].</param>
    /// <returns>What all heads brought together: [R, D].</returns>
    public static Tensor Attend(Tensor query_RF, Tensor slots_CF, int heads, VisibleSlots visible)
    {
        var width = (int)slots_CF.shape[1] / 2;
        var context_RD = empty(visible.Rows, width);
        float* query = Address(query_RF), slots = Address(slots_CF), context = Address(context_RD);
        var stride = query_RF.shape[1];
        Team.Run((visible.Rows + RowsOfBlock - 1) / RowsOfBlock, block =>
        {
            for (var row = block * RowsOfBlock; row < Math.Min((block + 1) * RowsOfBlock, visible.Rows); row++)
                Attend(query + row * stride, slots, visible[row], heads, width, context + (long)row * width);
        });
        return context_RD;
    }

    private static void Attend(float* query, float* slots, ReadOnlySpan<int> visible, int heads, int width, float* context)
    {
        var size = width / heads;
        var scale = 1 / MathF.Sqrt(size);
        Span<float> weights = stackalloc float[visible.Length];
        for (var head = 0; head < width; head += size)
        {
            for (var i = 0; i < visible.Length; i++) weights[i] = scale * Dot(query + head, slots + (long)visible[i] * 2 * width + head, size);
            Softmax(weights);
            WeightedSum(slots + width + head, 2 * width, visible, weights, context + head, size);
        }
    }

    private static float Dot(float* a, float* b, int size)
    {
        var sums = Vector512<float>.Zero;
        var at = 0;
        for (; at + Vector512<float>.Count <= size; at += Vector512<float>.Count) sums = Vector512.FusedMultiplyAdd(Vector512.Load(a + at), Vector512.Load(b + at), sums);
        var sum = Vector512.Sum(sums);
        for (; at < size; at++) sum += a[at] * b[at];
        return sum;
    }

    private static void Softmax(Span<float> scores)
    {
        var (largest, sum) = (float.NegativeInfinity, 0f);
        foreach (var score in scores) largest = MathF.Max(largest, score);
        foreach (ref var score in scores) sum += score = MathF.Exp(score - largest);
        foreach (ref var score in scores) score /= sum;
    }

    /// <summary>Sums the columns of values, so many at a time as a register holds.</summary>
    private static void WeightedSum(float* values, int stride, ReadOnlySpan<int> visible, Span<float> weights, float* sum, int size)
    {
        var at = 0;
        for (; at + Vector512<float>.Count <= size; at += Vector512<float>.Count)
        {
            var lanes = Vector512<float>.Zero;
            for (var i = 0; i < visible.Length; i++)
                lanes = Vector512.FusedMultiplyAdd(Vector512.Create(weights[i]), Vector512.Load(values + (long)visible[i] * stride + at), lanes);
            lanes.Store(sum + at);
        }
        for (; at < size; at++)
        {
            sum[at] = 0;
            for (var i = 0; i < visible.Length; i++) sum[at] += weights[i] * values[(long)visible[i] * stride + at];
        }
    }

    // A tensor's memory does not move, and lives as long as the caller's tensor.
    private static float* Address(Tensor x) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(x.bytes));
}
