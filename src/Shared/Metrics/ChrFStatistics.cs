namespace DistTrain.Shared.Metrics;

/// <summary>
/// Counts from which chrF is computed, for each order: n-grams of the hypothesis, of the reference, and of both. They add up over sentences.
/// </summary>
public sealed class ChrFStatistics
{
    // sacreBLEU's precision of nothing.
    private const double Epsilon = 1e-16;

    private readonly ChrFOptions _options;
    private readonly double[] _counts;

    private ChrFStatistics(ChrFOptions options, double[] counts) => (_options, _counts) = (options, counts);

    /// <summary>Of no sentence, by the default options.</summary>
    public static ChrFStatistics Zero { get; } = Nothing(new());

    /// <summary>Of no sentence.</summary>
    public static ChrFStatistics Nothing(ChrFOptions options) => new(options, new double[3 * options.Orders]);

    public static ChrFStatistics operator +(ChrFStatistics left, ChrFStatistics right) => Add(left, right);

    /// <exception cref="ArgumentException">They were counted by different options.</exception>
    public static ChrFStatistics Add(ChrFStatistics left, ChrFStatistics right) => left._options == right._options
        ? new(left._options, [.. left._counts.Zip(right._counts, (a, b) => a + b)])
        : throw new ArgumentException("Counts of chrF with different options do not add up.");

    /// <summary>All counts as numbers that can be summed.</summary>
    public double[] ToArray() => [.. _counts];

    /// <summary>The inverse of <see cref="ToArray"/>.</summary>
    /// <param name="options">By which they were counted; null: the defaults.</param>
    public static ChrFStatistics FromArray(ReadOnlySpan<double> values, ChrFOptions? options = null) => new(options ?? new(), values.ToArray());

    /// <summary>0 to 100.</summary>
    public double Score() => Score(_counts, _options);

    internal static double Score(ReadOnlySpan<double> counts, ChrFOptions options)
    {
        var weight = (double)options.Beta * options.Beta;
        var (precision, recall, orders, sum) = (0.0, 0.0, 0, 0.0);
        for (var order = 0; order < options.Orders; order++)
        {
            var (hypothesis, reference, both) = (counts[3 * order], counts[(3 * order) + 1], counts[(3 * order) + 2]);
            var (own, found) = (hypothesis > 0 ? both / hypothesis : Epsilon, reference > 0 ? both / reference : Epsilon);
            sum += (weight * own) + found is > 0 and var divisor ? (1 + weight) * own * found / divisor : Epsilon;
            if (hypothesis == 0 || reference == 0) continue;
            precision += own;
            recall += found;
            orders++;
        }
        if (options.EpsilonSmoothing) return 100 * sum / options.Orders;
        if (precision + recall == 0) return 0;
        precision /= orders;
        recall /= orders;
        return 100 * ((1 + weight) * precision * recall / ((weight * precision) + recall));
    }
}
