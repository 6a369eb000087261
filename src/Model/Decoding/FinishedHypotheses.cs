namespace DistTrain.Model.Decoding;

/// <summary>The best finished translations of one sentence: as many as are wanted, and no two with the same text.</summary>
internal sealed class FinishedHypotheses(DecodingOptions options)
{
    private readonly List<Hypothesis> _best = [];

    /// <summary>Of each hypothesis in <see cref="_best"/>. Empty where tokens decide: different hypotheses of a search differ in them.</summary>
    private readonly List<string> _texts = [];

    /// <summary>The best of hypotheses that come in any order.</summary>
    public static IReadOnlyList<Hypothesis> BestOf(DecodingOptions options, IEnumerable<Hypothesis> hypotheses)
    {
        var finished = new FinishedHypotheses(options);
        foreach (var hypothesis in hypotheses)
            if (finished.CanTake(hypothesis.Score)) finished.Add(hypothesis);
        return finished.Best;
    }

    /// <summary>Best first.</summary>
    public IReadOnlyList<Hypothesis> Best => _best;

    /// <summary>Whether a hypothesis with this score would be among the best.</summary>
    public bool CanTake(double score) => _best.Count < options.NBest || score > _best[^1].Score;

    /// <summary>Takes a hypothesis in. Of two with the same text the better stays; of equally good ones the first.</summary>
    public void Add(Hypothesis hypothesis)
    {
        var place = _best.FindLastIndex(better => better.Score >= hypothesis.Score) + 1;
        // One alone has none to be the same as.
        if (options is { NBest: > 1, TextOf: { } textOf })
        {
            var text = textOf(hypothesis.Tokens);
            var same = _texts.IndexOf(text);
            if (same >= 0 && same < place) return;
            if (same >= 0) RemoveAt(same);
            _texts.Insert(place, text);
        }
        _best.Insert(place, hypothesis);
        if (_best.Count > options.NBest) RemoveAt(options.NBest);
    }

    private void RemoveAt(int place)
    {
        _best.RemoveAt(place);
        if (_texts.Count > 0) _texts.RemoveAt(place);
    }
}
