namespace DistTrain.Model.Decoding.Packed;

/// <summary>The rows of one step: all live hypotheses of all sentences, sentence by sentence, with where the keys and values of their tokens are.</summary>
internal sealed class StepRows
{
    private readonly List<(SearchedSentence Sentence, BeamNode Node, int First)> rows = [];
    private nint[] keys = new nint[1024];
    private int used;

    public int Count => rows.Count;

    public void Clear()
    {
        rows.Clear();
        used = 0;
    }

    /// <param name="memory">Where the sentence's rows begin.</param>
    /// <param name="bytes">From row to row.</param>
    public void Add(SearchedSentence sentence, BeamNode node, nint memory, nint bytes)
    {
        rows.Add((sentence, node, used));
        if (used + node.Length + 1 > keys.Length) Array.Resize(ref keys, 2 * (used + node.Length + 1));
        for (var earlier = node; earlier is not null; earlier = earlier.Parent) keys[used + earlier.Length] = memory + earlier.Slot * bytes;
        used += node.Length + 1;
    }

    public SearchedSentence Sentence(int row) => rows[row].Sentence;

    public BeamNode Node(int row) => rows[row].Node;

    /// <summary>Where keys and values of a hypothesis's tokens begin; its last token's is last.</summary>
    public ReadOnlySpan<nint> Own(int row) => keys.AsSpan(rows[row].First, rows[row].Node.Length + 1);
}
