using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace DistTrain.Model.Decoding;

/// <summary>What a search asks of one row of logits. By hand: on a CPU torch's topk and log_softmax cost more than the projection before them.</summary>
internal static class Logits
{
    private static int Lanes => Vector512<float>.Count;

    /// <summary>The largest one; NaN when there is one.</summary>
    public static float Max(ReadOnlySpan<float> logits)
    {
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(logits);
        var lanes = Vector512.Create(float.NegativeInfinity);
        foreach (var vector in vectors) lanes = Vector512.Max(lanes, vector);
        var largest = float.NegativeInfinity;
        for (var lane = 0; lane < Lanes; lane++) largest = MathF.Max(largest, lanes[lane]);
        foreach (var logit in logits[(vectors.Length * Lanes)..]) largest = MathF.Max(largest, logit);
        return largest;
    }

    /// <summary>log(sum(exp(logits))): what a logit is above its log-probability. NaN when they are not finite.</summary>
    public static double LogSumExp(ReadOnlySpan<float> logits)
    {
        var largest = Max(logits);
        var shift = Vector512.Create(largest);
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(logits);
        var lanes = Vector512<double>.Zero;
        foreach (var vector in vectors)
        {
            var (lower, upper) = Vector512.Widen(Vector512.Exp(vector - shift));
            lanes += lower + upper;
        }
        var sum = Vector512.Sum(lanes);
        foreach (var logit in logits[(vectors.Length * Lanes)..]) sum += Math.Exp(logit - largest);
        return largest + Math.Log(sum);
    }

    /// <summary>The positions of the largest logits, largest first, of equal ones the first first; minus infinity is not among them.</summary>
    /// <returns>How many there are: as <paramref name="positions"/> has places, or fewer.</returns>
    public static int Largest(ReadOnlySpan<float> logits, Span<int> positions)
    {
        Span<float> values = stackalloc float[positions.Length];
        values.Fill(float.NegativeInfinity);
        var vectors = MemoryMarshal.Cast<float, Vector512<float>>(logits);
        for (var i = 0; i < vectors.Length; i++)
        {
            // Almost every vector holds nothing larger than what was found, and one comparison tells.
            var larger = Vector512.GreaterThan(vectors[i], Vector512.Create(values[^1])).ExtractMostSignificantBits();
            for (; larger != 0; larger &= larger - 1) Insert(logits, i * Lanes + BitOperations.TrailingZeroCount(larger), values, positions);
        }
        for (var i = vectors.Length * Lanes; i < logits.Length; i++) Insert(logits, i, values, positions);
        var none = values.IndexOf(float.NegativeInfinity);
        return none < 0 ? values.Length : none;
    }

    private static void Insert(ReadOnlySpan<float> logits, int position, Span<float> values, Span<int> positions)
    {
        var value = logits[position];
        var place = values.Length;
        for (; place > 0 && value > values[place - 1]; place--)
            if (place < values.Length) (values[place], positions[place]) = (values[place - 1], positions[place - 1]);
        if (place < values.Length) (values[place], positions[place]) = (value, position);
    }
}
