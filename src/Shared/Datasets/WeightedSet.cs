namespace DistTrain.Shared.Datasets;

/// <summary>One of the sets that a phase trains on.</summary>
/// <param name="Count">Examples.</param>
/// <param name="Weight">How many times an epoch uses each of them, about; told apart by millionths.</param>
public readonly record struct WeightedSet(int Count, double Weight)
{
    private const int Parts = 1_000_000;

    private Int128 Millionths => (long)Math.Round(Weight * Parts);

    /// <summary>
    /// The uses of its examples, all together, in the first epochs: exact, so that every epoch has as many as its weight says, rounded up or down.
    /// </summary>
    public long UsesIn(long epochs) => (long)(epochs * Millionths * Count / Parts);

    /// <summary>How often the first epochs use an example of it, at least and at most.</summary>
    public (long Least, long Most) UsesOfEachIn(long epochs) => Count == 0 ? (0, 0) : (UsesIn(epochs) / Count, (UsesIn(epochs) + Count - 1) / Count);

    /// <summary>The part of its tokens that an epoch uses on average, rounded up.</summary>
    public long Share(long tokens) => (long)(((Millionths * tokens) + Parts - 1) / Parts);
}
