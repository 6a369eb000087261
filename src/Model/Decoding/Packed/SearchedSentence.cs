namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// A sentence of a search with what the decoder remembers: keys and values of all layers, in one row for each encoded token, fixed, and one for
/// each token of its hypotheses. They share the rows of their common beginnings, and nothing is copied. Rows of hypotheses that were given up are
/// taken again when none is left.
/// </summary>
/// <param name="tokens">Of the source, without EOS.</param>
/// <param name="stride">Values from row to row.</param>
internal sealed unsafe class SearchedSentence(Beam beam, int[] tokens, nint stride, Stack<NativeBuffer> pool)
{
    private readonly NativeBuffer _source = Taken(pool), _own = Taken(pool);
    private readonly Stack<int> _free = [];
    private int _slots;

    public Beam Beam => beam;

    public int[] Tokens => tokens;

    /// <summary>Where the rows of the encoded source begin, EOS included.</summary>
    public nint[] SourceRows { get => field ??= NewSourceRows(); }

    /// <summary>Gives each live hypothesis's last token a row.</summary>
    public void Take(StepRows rows)
    {
        if (_free.Count < beam.Live.Count) MakeRoom();
        var first = (nint)_own.Room(_slots * stride);
        foreach (var node in beam.Live)
        {
            node.Slot = _free.Pop();
            rows.Add(this, node, first, stride * sizeof(float));
        }
    }

    /// <summary>Gives the memory back when the sentence is done.</summary>
    public void Release()
    {
        pool.Push(_source);
        pool.Push(_own);
    }

    /// <summary>At least as many rows are free then as are taken, so that it is seldom asked for.</summary>
    private void MakeRoom()
    {
        var isTaken = new bool[_slots];
        var taken = 0;
        foreach (var node in beam.Live)
            for (var earlier = node.Parent; earlier is not null && !isTaken[earlier.Slot]; earlier = earlier.Parent, taken++)
                isTaken[earlier.Slot] = true;
        _slots = Math.Max(_slots, 2 * (taken + beam.Live.Count));
        _free.Clear();
        // The first on top: neighbours are read together.
        for (var slot = _slots - 1; slot >= 0; slot--)
            if (slot >= isTaken.Length || !isTaken[slot]) _free.Push(slot);
    }

    private nint[] NewSourceRows()
    {
        var first = (nint)_source.Room((tokens.Length + 1) * stride);
        return [.. Enumerable.Range(0, tokens.Length + 1).Select(row => first + row * stride * sizeof(float))];
    }

    private static NativeBuffer Taken(Stack<NativeBuffer> pool) => pool.TryPop(out var buffer) ? buffer : new NativeBuffer();
}
