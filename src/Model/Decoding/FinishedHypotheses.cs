namespace DistTrain.Model.Decoding;

/// <summary>The best finished translations of one sentence: as many as are wanted, and no two with the same text.</summary>
internal sealed class FinishedHypotheses(DecodingOptions options)
{
    private readonly List<Hypothesis> best = [];

    /// <summary>Of each hypothesis in <see cref="best"/>. Empty where tokens decide: different hypotheses of a search differ in them.</summary>
    private readonly List<string> texts = [];

    /// <summary>The best of hypotheses that come in any order.</summary>
    public static IReadOnlyList<Hypothesis> BestOf(DecodingOptions options, IEnumerable<Hypothesis> hypotheses)
    {
        var finished = new FinishedHypotheses(options);
        foreach (var hypothesis in hypotheses)
            if (finished.CanTake(hypothesis.Score)) finished.Add(hypothesis);
        return finished.Best;
    }

    /// <summary>Best first.</summary>
    public IReadOnlyList<Hypothesis> Best => best;

    /// <summary>Whether a hypothesis with this score would be among the best.</summary>
    public bool CanTake(double score) => best.Count < options.NBest || score > best[^1].Score;

    /// <summary>Takes a hypothesis in. Of two with the same text the better stays; of equally good ones the first.</summary>
    public void Add(Hypothesis hypothesis)
    {
        var place = best.FindLastIndex(better => better.Score >= hypothesis.Score) + 1;
        // One alone has none to be the same as.
        if (options is { NBest: > 1, TextOf: { } textOf })
        {
            var text = textOf(hypothesis.Tokens);
            var same = texts.IndexOf(text);
            if (same >= 0 && same < place) return;
            if (same >= 0) RemoveAt(same);
            texts.Insert(place, text);
        }
        best.Insert(place, hypothesis);
        if (best.Count > options.NBest) RemoveAt(options.NBest);
    }

    private void RemoveAt(int place)
    {
        best.RemoveAt(place);
        if (texts.Count > 0) texts.RemoveAt(place);
    }
}
