using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace DistTrain.Shared.Datasets;

/// <summary>
/// Which examples, and how often each, as two numbers that add up: those of a step are the sums of its members', however the step was shared out.
/// </summary>
/// <param name="Count">Examples, each as often as it was used.</param>
/// <param name="Sum">Sum of their numbers' hashes, modulo 2^32. From 0 to 2^32 - 1.</param>
public readonly record struct ExampleDigest(long Count, long Sum)
{
    /// <param name="examples">Numbers of examples, in any order.</param>
    public static ExampleDigest Of(IEnumerable<int> examples)
    {
        var (count, sum) = (0L, 0u);
        foreach (var example in examples)
        {
            count++;
            unchecked
            {
                sum += (uint)Hash([example]);
            }
        }
        return new(count, sum);
    }

    /// <summary>Of sums over members; exact as long as there are fewer than two million of them.</summary>
    public static ExampleDigest OfSums(double count, double sum) => new((long)count, (long)sum & uint.MaxValue);

    /// <summary>
    /// What the step adds to the sum of its range, modulo 2^32: other than <see cref="Sum"/>, it tells steps apart that have changed places.
    /// </summary>
    /// <param name="step">1-based step of the phase.</param>
    public static long OfStep(long step, long sum) => (uint)Hash([step, sum]);

    private static ulong Hash(ReadOnlySpan<long> numbers) => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(numbers));
}
