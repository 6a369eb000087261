namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// A sentence of a search with what the decoder remembers: keys and values of all layers, in one row for each encoded token, fixed, and one for
/// each token of every hypothesis that was ever live, growing. Hypotheses share the rows of their common beginnings, and nothing is copied.
/// </summary>
/// <param name="tokens">Of the source, without EOS.</param>
/// <param name="stride">Values from row to row.</param>
internal sealed unsafe class SearchedSentence(Beam beam, int[] tokens, nint stride, Stack<NativeBuffer> pool)
{
    private readonly NativeBuffer source = Taken(pool), own = Taken(pool);
    private int taken;

    public Beam Beam => beam;

    public int[] Tokens => tokens;

    /// <summary>Where the rows of the encoded source begin, EOS included.</summary>
    public nint[] SourceRows { get => field ??= NewSourceRows(); }

    /// <summary>Gives each live hypothesis's last token a row.</summary>
    public void Take(StepRows rows)
    {
        var first = (nint)own.Room((taken + beam.Live.Count) * stride);
        foreach (var node in beam.Live)
        {
            node.Slot = taken++;
            rows.Add(this, node, first, stride * sizeof(float));
        }
    }

    /// <summary>Gives the memory back when the sentence is done.</summary>
    public void Release()
    {
        pool.Push(source);
        pool.Push(own);
    }

    private nint[] NewSourceRows()
    {
        var first = (nint)source.Room((tokens.Length + 1) * stride);
        return [.. Enumerable.Range(0, tokens.Length + 1).Select(row => first + row * stride * sizeof(float))];
    }

    private static NativeBuffer Taken(Stack<NativeBuffer> pool) => pool.TryPop(out var buffer) ? buffer : new NativeBuffer();
}
