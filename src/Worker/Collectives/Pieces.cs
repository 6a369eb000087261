namespace DistTrain.Worker.Collectives;

/// <summary>A run of elements of a buffer.</summary>
/// <param name="Index">Its number among its kind.</param>
/// <param name="Start">First element.</param>
/// <param name="Length">Number of elements, possibly 0 for a segment.</param>
internal readonly record struct Piece(int Index, int Start, int Length);

/// <summary>How a buffer is cut: into one segment per member, and each segment into chunks.</summary>
internal static class Pieces
{
    /// <summary>
    /// Segment <paramref name="index"/> of <paramref name="members"/>: sizes differ by at most one element, and any number of members and elements
    /// works.
    /// </summary>
    /// <param name="index">Taken modulo <paramref name="members"/>; may be negative.</param>
    /// <param name="length">Elements of the buffer.</param>
    /// <param name="members">At least 1.</param>
    public static Piece Segment(int index, int length, int members)
    {
        var segment = ((index % members) + members) % members;
        var start = (int)((long)length * segment / members);
        return new Piece(segment, start, (int)((long)length * (segment + 1) / members) - start);
    }

    /// <summary>The chunks of a segment, in order: none when it is empty.</summary>
    public static IEnumerable<Piece> Chunks(Piece segment, int chunkLength)
    {
        for (var (index, done) = (0, 0); done < segment.Length; index++, done += chunkLength)
            yield return new Piece(index, segment.Start + done, Math.Min(chunkLength, segment.Length - done));
    }
}
