using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Validation;

/// <summary>Which examples of a held-out set each member works on: example i goes to member i modulo their number.</summary>
internal static class MemberExamples
{
    /// <summary>This member's examples in groups of like cost, for passes through the model.</summary>
    /// <param name="count">Examples of the set.</param>
    /// <param name="cost">In tokens.</param>
    /// <param name="costOfGroup">A group costs at most this much, unless it is a single example.</param>
    /// <remarks>Before each group the successor is told that this member is at work, so that unequal shares break no ring.</remarks>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static IEnumerable<IReadOnlyList<int>> Groups(IAllReduce ring, int count, Func<int, long> cost, long costOfGroup, CancellationToken stop)
    {
        var own = Enumerable.Range(0, count).Where(example => example % ring.Size == ring.Rank).OrderBy(cost).ToList();
        for (var (first, last) = (0, 0); first < own.Count; first = last)
        {
            stop.ThrowIfCancellationRequested();
            ring.Alive();
            for (long sum = 0; last < own.Count && (last == first || sum + cost(own[last]) <= costOfGroup); last++) sum += cost(own[last]);
            yield return own.GetRange(first, last - first);
        }
    }
}
