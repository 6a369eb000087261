using static TorchSharp.torch;

namespace DistTrain.Model.Kernels;

/// <summary>Keys of the rows of a batch, from which dropout masks follow: each is a hash of what its row is, wherever the row stands.</summary>
internal static class RowKeys
{
    private const ulong Step = 0x9e3779b97f4a7c15;

    /// <summary>
    /// For each position of each sequence: of the seed, its example, its sequence among those of the example, and the position. In host memory.
    /// </summary>
    /// <param name="seed">Of the whole step.</param>
    /// <param name="examples">What tells examples apart: one for each source.</param>
    /// <param name="sequences">Of each example: they stand next to each other.</param>
    /// <param name="length">Of a sequence, with padding.</param>
    /// <param name="rows">At least those of all sequences. The keys behind are 0.</param>
    /// <returns>Int64: [rows].</returns>
    public static Tensor Of(long seed, IReadOnlyList<int> examples, int sequences, int length, int rows)
    {
        var keys = new long[rows];
        var row = 0;
        foreach (var example in examples)
            for (var sequence = 0; sequence < sequences; sequence++)
            {
                var ofSequence = Next(Next((ulong)seed, example), sequence);
                for (var position = 0; position < length; position++) keys[row++] = (long)Next(ofSequence, position);
            }
        return tensor(keys);
    }

    /// <summary>SplitMix64's finalizer (Steele, Lea, Flood 2014): every bit depends on every bit.</summary>
    public static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    private static ulong Next(ulong key, int index) => Mix(key + ((ulong)index + 1) * Step);
}
