using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>How the flat gradients are cut for the ring: the same on every member, because it follows from the model alone.</summary>
internal static class GradientBuckets
{
    /// <summary>
    /// Bytes of a bucket at least, but for the last. A smaller one would spend more time on the way than on the line; small models are one bucket.
    /// </summary>
    public const int LeastBytes = 1 << 20;

    /// <summary>Buckets from the end of the buffer, where backward begins, to its front. They begin where layers begin.</summary>
    /// <param name="layerOffsets">Where layers begin, rising.</param>
    /// <param name="length">Elements of the buffer.</param>
    /// <param name="least">Elements of a bucket at least; the one at the front may have fewer.</param>
    public static IReadOnlyList<Piece> Of(IReadOnlyList<int> layerOffsets, int length, int least)
    {
        var buckets = new List<Piece>();
        var end = length;
        foreach (var start in layerOffsets.Reverse().Where(start => start > 0).Append(0))
        {
            if (start > 0 && end - start < least) continue;
            buckets.Add(new Piece(buckets.Count, start, end - start));
            end = start;
        }
        return buckets;
    }
}
