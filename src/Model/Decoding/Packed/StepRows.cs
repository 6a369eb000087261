namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// The rows of one step: all live hypotheses of all sentences, sentence by sentence, with where the keys and values of their tokens are.
/// </summary>
internal sealed class StepRows
{
    private readonly List<(SearchedSentence Sentence, BeamNode Node, int First)> _rows = [];
    private nint[] _keys = new nint[1024];
    private int _used;

    public int Count => _rows.Count;

    public void Clear()
    {
        _rows.Clear();
        _used = 0;
    }

    /// <param name="memory">Where the sentence's rows begin.</param>
    /// <param name="bytes">From row to row.</param>
    public void Add(SearchedSentence sentence, BeamNode node, nint memory, nint bytes)
    {
        _rows.Add((sentence, node, _used));
        if (_used + node.Length + 1 > _keys.Length) Array.Resize(ref _keys, 2 * (_used + node.Length + 1));
        for (var earlier = node; earlier is not null; earlier = earlier.Parent) _keys[_used + earlier.Length] = memory + earlier.Slot * bytes;
        _used += node.Length + 1;
    }

    public SearchedSentence Sentence(int row) => _rows[row].Sentence;

    public BeamNode Node(int row) => _rows[row].Node;

    /// <summary>Where keys and values of a hypothesis's tokens begin; its last token's is last.</summary>
    public ReadOnlySpan<nint> Own(int row) => _keys.AsSpan(_rows[row].First, _rows[row].Node.Length + 1);
}
