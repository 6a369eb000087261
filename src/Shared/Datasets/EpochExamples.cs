namespace DistTrain.Shared.Datasets;

/// <summary>Which examples of several sets each epoch uses, and how often: a pure function of the sets and the seed.</summary>
/// <remarks>
/// A set's uses are an endless row of passes, each of which has every example once, in an order of its own. An epoch takes as many uses as the weight
/// says, from where the epoch before stopped. So after k epochs each example has been used k times the weight, rounded up or down.
/// </remarks>
internal sealed class EpochExamples(IReadOnlyList<WeightedSet> sets, long seed)
{
    /// <summary>Uses that every epoch has; some have one more of each set.</summary>
    public long Least => sets.Sum(set => set.UsesIn(1));

    /// <summary>The uses of an epoch as numbers of examples, in which the sets follow each other; in no order that matters.</summary>
    public int[] Of(long epoch)
    {
        var uses = new List<int>();
        var first = 0;
        foreach (var (number, set) in sets.Index())
        {
            var (from, to) = (set.UsesIn(epoch), set.UsesIn(epoch + 1));
            while (from < to)
            {
                var pass = from / set.Count;
                var end = Math.Min(to, (pass + 1) * set.Count);
                foreach (var example in Pass(number, set.Count, pass, (int)(from % set.Count), (int)(end - from))) uses.Add(first + example);
                from = end;
            }
            first += set.Count;
        }
        return [.. uses];
    }

    private ReadOnlySpan<int> Pass(int set, int count, long pass, int from, int uses)
    {
        var order = new int[count];
        for (var example = 0; example < count; example++) order[example] = example;
        // A whole pass is in order: the epoch is shuffled by whoever asks for it.
        if (uses < count) new DeterministicRandom(seed, set, pass).Shuffle<int>(order);
        return order.AsSpan(from, uses);
    }
}
