namespace DistTrain.Shared.Datasets;

/// <summary>Splits a global batch among the members of a ring.</summary>
public static class BatchShares
{
    /// <summary>
    /// Gives each example to one member, so that the members' summed costs are close (longest processing time first, Graham 1969), or as their speeds
    /// are.
    /// </summary>
    /// <param name="cost">What computing the example costs, in any unit; not negative. The same on every member.</param>
    /// <param name="members">At least 1.</param>
    /// <param name="speeds">Of each member, in any unit; greater than zero. Null: all alike.</param>
    /// <returns>A list for each member, in the order of the batch; empty for some when the batch has fewer examples than there are members.</returns>
    /// <remarks>Deterministic. Of equals, no member's cost exceeds the lightest one's by more than the dearest example.</remarks>
    public static IReadOnlyList<int>[] Split(IReadOnlyList<int> batch, Func<int, long> cost, int members, IReadOnlyList<double>? speeds = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(members);
        if (speeds is not null) ArgumentOutOfRangeException.ThrowIfNotEqual(speeds.Count, members);
        if (members == 1) return [batch];
        var owner = new int[batch.Count];
        var load = new long[members];
        var counts = new int[members];
        var costs = batch.Select(cost).ToArray();
        foreach (var place in Enumerable.Range(0, batch.Count).OrderByDescending(place => costs[place]))
        {
            var member = First(load, counts, costs[place], speeds);
            owner[place] = member;
            load[member] += costs[place];
            counts[member]++;
        }
        var shares = Array.ConvertAll(counts, count => new List<int>(count));
        for (var place = 0; place < owner.Length; place++) shares[owner[place]].Add(batch[place]);
        return shares;
    }

    /// <summary>Who would be done first with one example more; of several the one with the fewest examples, then the first.</summary>
    private static int First(long[] load, int[] counts, long cost, IReadOnlyList<double>? speeds)
    {
        var first = 0;
        for (var member = 1; member < load.Length; member++)
            if ((Done(member), counts[member]).CompareTo((Done(first), counts[first])) < 0) first = member;
        return first;

        double Done(int member) => speeds is null ? load[member] : (load[member] + cost) / speeds[member];
    }
}
