using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using DistTrain.Model.Kernels.Simd;

namespace DistTrain.Model.Decoding;

/// <summary>
/// What a search asks of one row of logits. By hand: on a CPU torch's topk and log_softmax cost more than the projection before them.
/// </summary>
internal static class Logits
{
    private const int BlockLength = 64;

    /// <summary>log(sum(exp(logits))): what a logit is above its log-probability. NaN when they are not finite.</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var largest = Max(logits);
        var shift = Vector512.Create(largest);
        var blocks = MemoryMarshal.Cast<float, Block>(logits);
        var sums = default(Block);
        foreach (ref readonly var block in blocks)
        {
            sums.A += VectorMath.Exp(block.A - shift);
            sums.B += VectorMath.Exp(block.B - shift);
            sums.C += VectorMath.Exp(block.C - shift);
            sums.D += VectorMath.Exp(block.D - shift);
        }
        double sum = Vector512.Sum(sums.A + sums.B + (sums.C + sums.D));
        foreach (var logit in logits[(blocks.Length * BlockLength)..]) sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }

    /// <summary>The largest one.</summary>
    public static float Max(ReadOnlySpan<float> logits)
    {
        Span<float> maxima = stackalloc float[BlockLength];
        MaximaByPlace(logits, maxima);
        var largest = float.NegativeInfinity;
        foreach (var one in maxima) largest = MathF.Max(largest, one);
        return largest;
    }

    /// <summary>The positions of the largest logits, largest first, of equal ones the first first; minus infinity is not among them.</summary>
    /// <returns>How many there are: as <paramref name="positions"/> has places, or fewer.</returns>
    public static int Largest(ReadOnlySpan<float> logits, Span<int> positions)
    {
        Span<float> values = stackalloc float[positions.Length], maxima = stackalloc float[BlockLength];
        MaximaByPlace(logits, maxima);
        values.Fill(float.NegativeInfinity);
        foreach (var one in maxima) Insert(one, 0, values, positions);
        // As many logits as there are places are at least this, and few others: almost every block is passed over.
        var threshold = values[^1];
        var thresholds = Vector512.Create(threshold);
        values.Fill(float.NegativeInfinity);
        var blocks = MemoryMarshal.Cast<float, Block>(logits);
        var scanned = 0;
        for (; scanned < blocks.Length; scanned++)
        {
            if (!Vector512.GreaterThanOrEqualAny(blocks[scanned].Max(), thresholds)) continue;
            for (var position = scanned * BlockLength; position < (scanned + 1) * BlockLength; position++)
                if (logits[position] >= threshold) Insert(logits[position], position, values, positions);
        }
        for (var position = scanned * BlockLength; position < logits.Length; position++) Insert(logits[position], position, values, positions);
        var none = values.IndexOf(float.NegativeInfinity);
        return none < 0 ? values.Length : none;
    }

    /// <summary>The largest logit at each place of a block, over all blocks.</summary>
    private static void MaximaByPlace(ReadOnlySpan<float> logits, Span<float> maxima)
    {
        maxima.Fill(float.NegativeInfinity);
        ref var most = ref MemoryMarshal.Cast<float, Block>(maxima)[0];
        var blocks = MemoryMarshal.Cast<float, Block>(logits);
        var all = most;
        foreach (ref readonly var block in blocks)
        {
            all.A = Vector512.MaxNative(all.A, block.A);
            all.B = Vector512.MaxNative(all.B, block.B);
            all.C = Vector512.MaxNative(all.C, block.C);
            all.D = Vector512.MaxNative(all.D, block.D);
        }
        most = all;
        var rest = logits[(blocks.Length * BlockLength)..];
        for (var place = 0; place < rest.Length; place++) maxima[place] = MathF.Max(maxima[place], rest[place]);
    }

    private static void Insert(float value, int position, Span<float> values, Span<int> positions)
    {
        if (!(value > values[^1])) return;
        var place = values.Length - 1;
        for (; place > 0 && value > values[place - 1]; place--) (values[place], positions[place]) = (values[place - 1], positions[place - 1]);
        (values[place], positions[place]) = (value, position);
    }

    /// <summary>Logits that are looked at together.</summary>
    private struct Block
    {
        public Vector512<float> A, B, C, D;

        public readonly Vector512<float> Max() => Vector512.MaxNative(Vector512.MaxNative(A, B), Vector512.MaxNative(C, D));
    }
}
