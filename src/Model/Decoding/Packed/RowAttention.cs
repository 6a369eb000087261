using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// Attention (section 3.2.1) of single positions to rows of keys and values that lie anywhere: the beginnings of hypotheses, which they share,
/// and encoded sources.
/// </summary>
/// <param name="heads">Their sizes add up to the width.</param>
internal readonly unsafe struct RowAttention(int width, int heads)
{
    private const int Count = 8, KeysTogether = 4;

    private readonly int _size = width / heads;
    private readonly float _scale = 1 / MathF.Sqrt(width / heads);

    /// <param name="keys">Where each row begins: its keys, then its values. At least one.</param>
    /// <param name="offset">Values from there to those of the layer.</param>
    /// <param name="context">Takes what all heads brought together.</param>
    public void Attend(float* query, ReadOnlySpan<nint> keys, nint offset, float* context, Workspace workspace)
    {
        var stride = (keys.Length + Count - 1) / Count * Count;
        var scores = workspace.Scores.Room((long)heads * stride);
        fixed (nint* rows = keys)
        {
            for (var head = 0; head < heads; head++)
                Scores(query + head * _size, rows, keys.Length, offset + head * _size, scores + head * stride, stride);
            for (var head = 0; head < heads; head++)
            {
                var sum = Exponentials(scores + head * stride, stride);
                WeightedSum(rows, keys.Length, offset + width + head * _size, scores + head * stride, 1 / sum, context + head * _size);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scores(float* query, nint* rows, int count, nint offset, float* scores, int stride)
    {
        var key = 0;
        if (Avx.IsSupported)
            for (; key + KeysTogether <= count; key += KeysTogether) FourScores(query, rows + key, offset, scores + key);
        for (; key < count; key++) scores[key] = _scale * RowMath.Dot(query, (float*)rows[key] + offset, _size);
        for (; key < stride; key++) scores[key] = float.NegativeInfinity;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FourScores(float* query, nint* rows, nint offset, float* scores)
    {
        float* a = (float*)rows[0] + offset, b = (float*)rows[1] + offset, c = (float*)rows[2] + offset, d = (float*)rows[3] + offset;
        Vector256<float> sumA = default, sumB = default, sumC = default, sumD = default;
        var at = 0;
        for (; at + Count <= _size; at += Count)
        {
            var factor = Vector256.Load(query + at);
            sumA = Vector256.FusedMultiplyAdd(factor, Vector256.Load(a + at), sumA);
            sumB = Vector256.FusedMultiplyAdd(factor, Vector256.Load(b + at), sumB);
            sumC = Vector256.FusedMultiplyAdd(factor, Vector256.Load(c + at), sumC);
            sumD = Vector256.FusedMultiplyAdd(factor, Vector256.Load(d + at), sumD);
        }
        var all = Avx.HorizontalAdd(Avx.HorizontalAdd(sumA, sumB), Avx.HorizontalAdd(sumC, sumD));
        var sums = all.GetLower() + all.GetUpper();
        for (; at < _size; at++) sums += Vector128.Create(a[at], b[at], c[at], d[at]) * Vector128.Create(query[at]);
        (sums * Vector128.Create(_scale)).Store(scores);
    }

    /// <summary>Scores become exponentials, as far as the stride goes.</summary>
    /// <remarks>A search divides by their sum only once, in the sum of the values, and its exponential is a cheaper one: the softmax of
    /// <see cref="Kernels.Cpu.AttentionMath"/>, which training differentiates, would cost a search time and change its last bits.</remarks>
    /// <returns>Their sum.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Exponentials(float* scores, int stride)
    {
        var most = Vector256.Load(scores);
        for (var at = Count; at < stride; at += Count) most = Vector256.MaxNative(most, Vector256.Load(scores + at));
        var largest = Vector256.Create(VectorMath.Largest(most));
        var sum = Vector256<float>.Zero;
        for (var at = 0; at < stride; at += Count)
        {
            var exponential = VectorMath.ExpOfNegative(Vector256.Load(scores + at) - largest);
            exponential.Store(scores + at);
            sum += exponential;
        }
        return Vector256.Sum(sum);
    }

    /// <summary>Sums the columns of values, four vectors of them at a time, then one, then single ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void WeightedSum(nint* rows, int count, nint offset, float* weights, float reciprocal, float* sum)
    {
        var at = 0;
        for (; at + 4 * Count <= _size; at += 4 * Count)
        {
            Vector256<float> a = default, b = default, c = default, d = default;
            for (var row = 0; row < count; row++)
            {
                var values = (float*)rows[row] + offset + at;
                var weight = Vector256.Create(weights[row]);
                a = Vector256.FusedMultiplyAdd(weight, Vector256.Load(values), a);
                b = Vector256.FusedMultiplyAdd(weight, Vector256.Load(values + Count), b);
                c = Vector256.FusedMultiplyAdd(weight, Vector256.Load(values + 2 * Count), c);
                d = Vector256.FusedMultiplyAdd(weight, Vector256.Load(values + 3 * Count), d);
            }
            (a * Vector256.Create(reciprocal)).Store(sum + at);
            (b * Vector256.Create(reciprocal)).Store(sum + at + Count);
            (c * Vector256.Create(reciprocal)).Store(sum + at + 2 * Count);
            (d * Vector256.Create(reciprocal)).Store(sum + at + 3 * Count);
        }
        for (; at + Count <= _size; at += Count)
        {
            var one = Vector256<float>.Zero;
            for (var row = 0; row < count; row++)
                one = Vector256.FusedMultiplyAdd(Vector256.Create(weights[row]), Vector256.Load((float*)rows[row] + offset + at), one);
            (one * Vector256.Create(reciprocal)).Store(sum + at);
        }
        for (; at < _size; at++)
        {
            var one = 0f;
            for (var row = 0; row < count; row++) one += weights[row] * ((float*)rows[row] + offset)[at];
            sum[at] = one * reciprocal;
        }
    }
}
