namespace DistTrain.Model.Batches;

/// <summary>Groups of sequences of similar length, so that little of a batch is padding.</summary>
public static class LengthGroups
{
    /// <summary>
    /// Indices 0 to <paramref name="count"/> - 1, by length, in groups whose longest length times their number is at most <paramref name="tokens"/>,
    /// or of one index.
    /// </summary>
    public static IEnumerable<IReadOnlyList<int>> Of(int count, Func<int, int> length, int tokens)
    {
        var group = new List<int>();
        // Longest first: a group that does not fit into memory fails at once, not at the end.
        foreach (var index in Enumerable.Range(0, count).OrderByDescending(length))
        {
            if (group.Count > 0 && (group.Count + 1L) * length(group[0]) > tokens)
            {
                yield return group;
                group = [];
            }
            group.Add(index);
        }
        if (group.Count > 0) yield return group;
    }
}
