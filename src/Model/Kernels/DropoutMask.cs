using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

/// <summary>
/// Which values a dropout keeps: made again from its seed when the gradient passes, instead of being stored. The random numbers come from a
/// vectorised generator of our own: on a CPU torch's cost more than the layer around them. The mask does not depend on the number of threads
/// or on the processor's vectors.
/// </summary>
/// <param name="Rate">Share of the values that are set to zero; 0: the dropout changes nothing.</param>
internal readonly record struct DropoutMask(ulong Seed, double Rate)
{
    /// <summary>Values that one generator decides on.</summary>
    public const int BlockLength = 8192;

    /// <summary>Queries of a head whose attention weights one generator decides on.</summary>
    public const int AttentionQueries = 64;

    /// <summary>Draws the seed from torch's generator, so that torch.manual_seed repeats a run.</summary>
    public static DropoutMask Draw(double rate)
    {
        if (rate == 0) return default;
        using var seed = randint(long.MaxValue, 1, ScalarType.Int64);
        return new DropoutMask((ulong)seed.item<long>(), rate);
    }

    /// <summary>The least random number that keeps a value.</summary>
    public Vector512<uint> Threshold => Vector512.Create((uint)(Rate * 4294967296.0));

    /// <summary>What a kept value is multiplied by.</summary>
    public Vector512<float> Kept => Vector512.Create((float)(1 / (1 - Rate)));

    /// <summary>Writes the mask: 0 for what is dropped, 1 / (1 - rate) for what is kept.</summary>
    public void Fill(Span<float> mask)
    {
        for (var block = 0; mask.Length > 0; block++)
        {
            var length = Math.Min(BlockLength, mask.Length);
            FillBlock(mask[..length], block);
            mask = mask[length..];
        }
    }

    /// <summary>Writes the mask of a whole attention's weights, head by head.</summary>
    /// <param name="queries">Of each head.</param>
    public void FillAttention(Span<float> mask_NTS, int queries, int keys)
    {
        for (var head = 0; mask_NTS.Length > 0; head++)
            for (var first = 0; first < queries; first += AttentionQueries)
            {
                var length = Math.Min(AttentionQueries, queries - first) * keys;
                FillAttention(mask_NTS[..length], head, first, queries);
                mask_NTS = mask_NTS[length..];
            }
    }

    /// <summary>Writes the mask of some queries of one head, one row after the other.</summary>
    /// <param name="first">Of the queries: a multiple of <see cref="AttentionQueries"/>; the mask holds as many, or those that are left.</param>
    public void FillAttention(Span<float> mask_TS, int head, int first, int queries) =>
        FillBlock(mask_TS, head * ((queries + AttentionQueries - 1) / AttentionQueries) + first / AttentionQueries);

    private void FillBlock(Span<float> mask, int block)
    {
        var random = RandomLanes.OfBlock(Seed, block);
        var (threshold, kept) = (Threshold, Kept);
        for (; mask.Length >= Vector512<float>.Count; mask = mask[Vector512<float>.Count..])
            (kept & Vector512.GreaterThanOrEqual(random.Next(), threshold).AsSingle()).CopyTo(mask);
        if (mask.Length == 0) return;
        Span<float> last = stackalloc float[Vector512<float>.Count];
        (kept & Vector512.GreaterThanOrEqual(random.Next(), threshold).AsSingle()).CopyTo(last);
        last[..mask.Length].CopyTo(mask);
    }
}
