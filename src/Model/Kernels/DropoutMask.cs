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
        var (threshold, kept) = (Threshold, Kept);
        Span<float> last = stackalloc float[Vector512<float>.Count];
        for (var block = 0; block * BlockLength < mask.Length; block++)
        {
            var random = RandomLanes.OfBlock(Seed, block);
            for (var rest = mask[(block * BlockLength)..Math.Min((block + 1) * BlockLength, mask.Length)]; rest.Length > 0; rest = rest[Math.Min(last.Length, rest.Length)..])
            {
                var values = kept & Vector512.GreaterThanOrEqual(random.Next(), threshold).AsSingle();
                values.CopyTo(last);
                last[..Math.Min(last.Length, rest.Length)].CopyTo(rest);
            }
        }
    }
}
