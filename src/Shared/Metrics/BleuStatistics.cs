namespace DistTrain.Shared.Metrics;

/// <summary>A corpus's BLEU and what it is made of.</summary>
/// <param name="Score">0 to 100.</param>
/// <param name="Precisions">Of n-grams of order 1 to 4, in percent, smoothed.</param>
/// <param name="HypothesisLength">In words.</param>
/// <param name="ReferenceLength">In words.</param>
public sealed record BleuScore(double Score, IReadOnlyList<double> Precisions, double BrevityPenalty, long HypothesisLength, long ReferenceLength);

/// <summary>Counts from which BLEU is computed. They add up over sentences, so parts of a corpus can be counted in different places.</summary>
/// <param name="Correct">N-grams of order 1 to 4 that stand in a reference.</param>
/// <param name="Total">N-grams of order 1 to 4.</param>
public sealed record BleuStatistics(IReadOnlyList<long> Correct, IReadOnlyList<long> Total, long HypothesisLength, long ReferenceLength)
{
    // sacreBLEU's logarithm of nothing.
    private const double LogOfZero = -9999999999;

    /// <summary>Numbers of <see cref="ToArray"/>.</summary>
    public const int Length = (2 * Bleu.Order) + 2;

    /// <summary>Of no sentence.</summary>
    public static BleuStatistics Zero { get; } = new(new long[Bleu.Order], new long[Bleu.Order], 0, 0);

    public static BleuStatistics operator +(BleuStatistics left, BleuStatistics right) => Add(left, right);

    public static BleuStatistics Add(BleuStatistics left, BleuStatistics right) =>
        FromArray([.. left.ToArray().Zip(right.ToArray(), (a, b) => a + b)]);

    /// <summary>All counts as numbers that can be summed.</summary>
    public double[] ToArray() =>
        [.. Correct.Select(count => (double)count), .. Total.Select(count => (double)count), HypothesisLength, ReferenceLength];

    /// <summary>The inverse of <see cref="ToArray"/>.</summary>
    public static BleuStatistics FromArray(ReadOnlySpan<double> values)
    {
        var counts = values.ToArray().Select(value => (long)value).ToArray();
        return new(counts[..Bleu.Order], counts[Bleu.Order..(2 * Bleu.Order)], counts[^2], counts[^1]);
    }

    /// <summary>The score.</summary>
    /// <param name="effectiveOrder">Take no more orders than there are n-grams of, as is usual for single sentences.</param>
    public BleuScore Score(bool effectiveOrder = false)
    {
        var penalty = HypothesisLength >= ReferenceLength ? 1 : HypothesisLength > 0 ? Math.Exp(1 - ((double)ReferenceLength / HypothesisLength)) : 0;
        var precisions = new double[Bleu.Order];
        if (Correct.All(count => count == 0)) return new(0, precisions, penalty, HypothesisLength, ReferenceLength);
        var (orders, smoothing) = (Bleu.Order, 1.0);
        for (var order = 0; order < Bleu.Order && Total[order] > 0; order++)
        {
            if (effectiveOrder) orders = order + 1;
            if (Correct[order] == 0) smoothing *= 2;
            precisions[order] = Correct[order] == 0 ? 100 / (smoothing * Total[order]) : 100.0 * Correct[order] / Total[order];
        }
        var mean = precisions.Take(orders).Sum(precision => precision == 0 ? LogOfZero : Math.Log(precision)) / orders;
        return new(penalty * Math.Exp(mean), precisions, penalty, HypothesisLength, ReferenceLength);
    }
}
