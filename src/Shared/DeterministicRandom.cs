using System.Numerics;

namespace DistTrain.Shared;

/// <summary>
/// Random numbers that are the same on every machine and every version of .NET: xoshiro256** (Blackman and Vigna 2018), its state filled by
/// splitmix64.
/// </summary>
/// <remarks><see cref="System.Random"/> promises no sequence across versions; a batch plan or a sample corpus that changed with the runtime would
/// break resumed runs.</remarks>
public sealed class DeterministicRandom
{
    private ulong _s0, _s1, _s2, _s3;

    /// <summary>A generator for one purpose.</summary>
    /// <param name="key">What the numbers are for, such as (seed, epoch). Different keys give unrelated sequences; order matters.</param>
    public DeterministicRandom(params ReadOnlySpan<long> key)
    {
        var state = 0UL;
        foreach (var part in key) state = SplitMix(ref state) ^ (ulong)part;
        (_s0, _s1, _s2, _s3) = (SplitMix(ref state), SplitMix(ref state), SplitMix(ref state), SplitMix(ref state));
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextBits()
    {
        var result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        var shifted = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= shifted;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A whole number from 0 to <paramref name="limit"/> - 1, each equally likely.</summary>
    /// <param name="limit">Greater than 0.</param>
    public int Next(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        // Lemire's method (2019): the high word of a product is uniform once the few low words that would favour small numbers are refused.
        var refused = (ulong.MaxValue - (ulong)limit + 1) % (ulong)limit;
        while (true)
        {
            var high = Math.BigMul(NextBits(), (ulong)limit, out var low);
            if (low >= refused) return (int)high;
        }
    }

    /// <summary>A number from 0 up to, but without, 1.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>One of <paramref name="items"/>, each equally likely.</summary>
    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    /// <summary>Puts <paramref name="items"/> into an order of which each is equally likely (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var last = items.Length - 1; last > 0; last--)
        {
            var other = Next(last + 1);
            (items[last], items[other]) = (items[other], items[last]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        var mixed = state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
