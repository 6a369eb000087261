using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model;

/// <summary>
/// Dropout whose random numbers come from a vectorised generator of our own: on a CPU torch's cost more than the layer around them. Each
/// call draws its seed from torch's generator, so torch.manual_seed repeats a run. The result does not depend on the number of threads or
/// on the width of the processor's vectors.
/// </summary>
internal sealed class Dropout(double rate)
{
    /// <summary>Sets a share of <paramref name="x"/> to zero and scales the rest by 1 / (1 - rate), in place.</summary>
    public Tensor Apply(Tensor x, bool training)
    {
        if (!training || rate == 0) return x;
        using var mask = Mask(x.shape);
        return x.mul_(mask);
    }

    /// <summary>The same, but <paramref name="x"/> stays as it is: where autograd still needs it.</summary>
    public Tensor Copy(Tensor x, bool training)
    {
        if (!training || rate == 0) return x.alias();
        using var mask = Mask(x.shape);
        return x.mul(mask);
    }

    private Tensor Mask(long[] shape)
    {
        using var seed = randint(long.MaxValue, 1, ScalarType.Int64);
        var mask = empty(shape);
        FillMask(MemoryMarshal.Cast<byte, float>(mask.bytes), (ulong)seed.item<long>(), rate);
        return mask;
    }

    /// <summary>Writes 0 with probability <paramref name="rate"/>, else 1 / (1 - rate). Sixteen interleaved xoshiro128++ generators (Blackman, Vigna 2018).</summary>
    internal static void FillMask(Span<float> mask, ulong seed, double rate)
    {
        Span<Vector512<uint>> state = stackalloc Vector512<uint>[4];
        foreach (ref var word in MemoryMarshal.Cast<Vector512<uint>, ulong>(state)) word = SplitMix(ref seed);
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        var threshold = Vector512.Create((uint)(rate * 4294967296.0));
        var kept = Vector512.Create((float)(1 / (1 - rate)));
        Span<float> last = stackalloc float[Vector512<float>.Count];

        for (var done = 0; done < mask.Length; done += Vector512<float>.Count)
        {
            var sum = a + d;
            var random = RotateLeft(sum, 7) + a;
            var shifted = b << 9;
            c ^= a;
            d ^= b;
            b ^= c;
            a ^= d;
            c ^= shifted;
            d = RotateLeft(d, 11);
            var values = kept & Vector512.GreaterThanOrEqual(random, threshold).AsSingle();
            var rest = mask[done..];
            if (rest.Length >= last.Length) values.CopyTo(rest);
            else
            {
                values.CopyTo(last);
                last[..rest.Length].CopyTo(rest);
            }
        }
    }

    private static Vector512<uint> RotateLeft(Vector512<uint> x, int bits) => (x << bits) | (x >>> (32 - bits));

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9e3779b97f4a7c15;
        var z = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
