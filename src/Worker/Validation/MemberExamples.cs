using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Validation;

/// <summary>Which examples of a held-out set each member works on: example i goes to member i modulo their number.</summary>
internal static class MemberExamples
{
    /// <summary>This member's examples in groups of like cost, for passes through the model.</summary>
    /// <param name="count">Examples of the set.</param>
    /// <param name="cost">In tokens.</param>
    /// <param name="costOfGroup">A group costs at most this much, padding included, unless it is a single example.</param>
    /// <remarks>Each group counts as progress, so that unequal shares break no ring.</remarks>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static IEnumerable<IReadOnlyList<int>> Groups(IAllReduce ring, int count, Func<int, long> cost, long costOfGroup, CancellationToken stop)
    {
        var own = Enumerable.Range(0, count).Where(example => example % ring.Size == ring.Rank).OrderBy(cost).ToList();
        for (var (first, last) = (0, 0); first < own.Count; first = last)
        {
            stop.ThrowIfCancellationRequested();
            ring.Alive();
            // The last is the longest: all others are padded to it.
            while (last < own.Count && (last == first || (last + 1 - first) * cost(own[last]) <= costOfGroup)) last++;
            yield return own.GetRange(first, last - first);
        }
    }
}
