namespace DistTrain.Shared.Metrics;

/// <summary>
/// Edit distance to one reference from hypotheses of one length, of which only the cells near the diagonal are computed. What a hypothesis begins with as the first one did is not
/// computed again, and no row has cells other than those: memory and time are proportional to the words, not to their product.
/// </summary>
internal sealed class BeamEditDistance
{
    private const int BeamWidth = 25;

    // More than any distance, and adding to it does not overflow.
    private const int Infinite = int.MaxValue / 2;

    private readonly int[] reference;
    private readonly int length;
    // Of each row the places of the reference that it has cells for; the first row has all.
    private readonly (int From, int To)[] beams;
    private readonly int[][] first, other;
    private readonly Edit[][] edits;

    public BeamEditDistance(int[] reference, int length)
    {
        (this.reference, this.length) = (reference, length);
        var ratio = length > 0 ? (double)reference.Length / length : 1;
        var width = BeamWidth < ratio / 2 ? (int)Math.Ceiling((ratio / 2) + BeamWidth) : BeamWidth;
        beams = [.. Enumerable.Range(0, length + 1).Select(row => (Diagonal(row) - width, row == length ? int.MaxValue : Diagonal(row) + width))
            .Select(beam => (Math.Max(0, beam.Item1), Math.Min(reference.Length + 1, beam.Item2)))];
        beams[0] = (0, reference.Length + 1);
        (first, other, edits) = (Rows<int>(), Rows<int>(), Rows<Edit>());
        for (var place = 0; place <= reference.Length; place++) (first[0][place], edits[0][place]) = (place, Edit.Insert);
        other[0] = first[0];

        int Diagonal(int row) => (int)Math.Floor(row * ratio);
    }

    /// <summary>The distance of the hypothesis that the others are compared with.</summary>
    public int Begin(int[] words)
    {
        for (var row = 1; row <= length; row++) Compute(words[row - 1], row, first[row - 1], first[row], edits[row]);
        return first[length][^1];
    }

    /// <summary>The distance of a hypothesis whose first <paramref name="same"/> words are those of <see cref="Begin"/>.</summary>
    public int Of(int[] words, int same)
    {
        for (var row = same + 1; row <= length; row++) Compute(words[row - 1], row, row == same + 1 ? first[same] : other[row - 1], other[row], null);
        return (same == length ? first : other)[length][^1];
    }

    /// <summary>What turns the hypothesis of <see cref="Begin"/> into the reference, in order.</summary>
    public IReadOnlyList<Edit> Trace()
    {
        var trace = new List<Edit>(length + reference.Length);
        for (var (row, place) = (length, reference.Length); row > 0 || place > 0;)
        {
            var edit = edits[row][place - beams[row].From];
            if (edit == Edit.None) throw new InvalidOperationException($"The beam of the edit distance does not reach from {length} words to {reference.Length}.");
            trace.Add(edit);
            if (edit != Edit.Insert) row--;
            if (edit != Edit.Delete) place--;
        }
        trace.Reverse();
        return trace;
    }

    /// <summary>One row from the row before. Among equals keeping or substituting comes before deleting, and that before inserting.</summary>
    private void Compute(int word, int row, int[] before, int[] distances, Edit[]? done)
    {
        var ((from, to), (reached, end)) = (beams[row], beams[row - 1]);
        for (var place = from; place < to; place++)
        {
            var (least, edit) = (Infinite, Edit.None);
            if (place > 0)
            {
                var isSame = word == reference[place - 1];
                Take(Before(place - 1) + (isSame ? 0 : 1), isSame ? Edit.Keep : Edit.Substitute);
            }
            Take(Before(place) + 1, Edit.Delete);
            if (place > from) Take(distances[place - 1 - from] + 1, Edit.Insert);
            distances[place - from] = least;
            if (done is not null) done[place - from] = edit;

            void Take(int cost, Edit by)
            {
                if (cost < least) (least, edit) = (cost, by);
            }
        }

        int Before(int place) => place >= reached && place < end ? before[place - reached] : Infinite;
    }

    private T[][] Rows<T>() => [.. beams.Select(beam => new T[beam.To - beam.From])];
}
