namespace DistTrain.Shared.Metrics;

/// <summary>
/// Edit distance to one reference from hypotheses of one length, of which only the cells near the diagonal are computed. What a hypothesis begins
/// with as the first one did is not computed again, and no row has cells other than those: memory and time are proportional to the words, not to
/// their product.
/// </summary>
internal sealed class BeamEditDistance
{
    private const int BeamWidth = 25;

    // More than any distance, and adding to it does not overflow.
    private const int Infinite = int.MaxValue / 2;

    private readonly int[] _reference;
    private readonly int _length;
    // Of each row the places of the reference that it has cells for; the first row has all.
    private readonly (int From, int To)[] _beams;
    private readonly int[][] _first, _other;
    private readonly Edit[][] _edits;

    public BeamEditDistance(int[] reference, int length)
    {
        (_reference, _length) = (reference, length);
        var ratio = length > 0 ? (double)reference.Length / length : 1;
        var width = BeamWidth < ratio / 2 ? (int)Math.Ceiling((ratio / 2) + BeamWidth) : BeamWidth;
        _beams = [.. Enumerable.Range(0, length + 1).Select(row => (Diagonal(row) - width, row == length ? int.MaxValue : Diagonal(row) + width))
            .Select(beam => (Math.Max(0, beam.Item1), Math.Min(reference.Length + 1, beam.Item2)))];
        _beams[0] = (0, reference.Length + 1);
        (_first, _other, _edits) = (Rows<int>(), Rows<int>(), Rows<Edit>());
        for (var place = 0; place <= reference.Length; place++) (_first[0][place], _edits[0][place]) = (place, Edit.Insert);
        _other[0] = _first[0];

        int Diagonal(int row) => (int)Math.Floor(row * ratio);
    }

    /// <summary>The distance of the hypothesis that the others are compared with.</summary>
    public int Begin(int[] words)
    {
        for (var row = 1; row <= _length; row++) Compute(words[row - 1], row, _first[row - 1], _first[row], _edits[row]);
        return _first[_length][^1];
    }

    /// <summary>The distance of a hypothesis whose first <paramref name="same"/> words are those of <see cref="Begin"/>.</summary>
    public int Of(int[] words, int same)
    {
        for (var row = same + 1; row <= _length; row++)
            Compute(words[row - 1], row, row == same + 1 ? _first[same] : _other[row - 1], _other[row], null);
        return (same == _length ? _first : _other)[_length][^1];
    }

    /// <summary>What turns the hypothesis of <see cref="Begin"/> into the reference, in order.</summary>
    public IReadOnlyList<Edit> Trace()
    {
        var trace = new List<Edit>(_length + _reference.Length);
        for (var (row, place) = (_length, _reference.Length); row > 0 || place > 0;)
        {
            var edit = _edits[row][place - _beams[row].From];
            if (edit == Edit.None)
                throw new InvalidOperationException($"The beam of the edit distance does not reach from {_length} words to {_reference.Length}.");
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
        var ((from, to), (reached, end)) = (_beams[row], _beams[row - 1]);
        for (var place = from; place < to; place++)
        {
            var (least, edit) = (Infinite, Edit.None);
            if (place > 0)
            {
                var isSame = word == _reference[place - 1];
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

    private T[][] Rows<T>() => [.. _beams.Select(beam => new T[beam.To - beam.From])];
}
