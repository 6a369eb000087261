namespace DistTrain.Model.Batches;

/// <summary>Sentence pairs as token ids, without BOS and EOS: the objective adds them and pads.</summary>
public sealed record SentencePairs(int[][] Sources, int[][] Targets)
{
    /// <summary>
    /// What tells the pairs of a step apart, however the step is cut into batches: with the step's seed, a pair's dropout follows from it.
    /// </summary>
    /// <value>One for each pair. Default null: their places in this batch.</value>
    public IReadOnlyList<int>? Examples { get; init; }
}
