namespace DistTrain.Shared.Metrics;

/// <summary>Counts from which chrF is computed, for each order: n-grams of the hypothesis, of the reference, and of both. They add up over sentences.</summary>
public sealed class ChrFStatistics
{
    /// <summary>Numbers of <see cref="ToArray"/>.</summary>
    public const int Length = 3 * ChrF.Order;

    private const double Beta = 2;
    private readonly double[] _counts;

    private ChrFStatistics(double[] counts) => _counts = counts;

    /// <summary>Of no sentence.</summary>
    public static ChrFStatistics Zero { get; } = new(new double[Length]);

    public static ChrFStatistics operator +(ChrFStatistics left, ChrFStatistics right) => Add(left, right);

    public static ChrFStatistics Add(ChrFStatistics left, ChrFStatistics right) => new([.. left._counts.Zip(right._counts, (a, b) => a + b)]);

    /// <summary>All counts as numbers that can be summed.</summary>
    public double[] ToArray() => [.. _counts];

    /// <summary>The inverse of <see cref="ToArray"/>.</summary>
    public static ChrFStatistics FromArray(ReadOnlySpan<double> values) => new(values.ToArray());

    /// <summary>The F-score of the mean precision and the mean recall over the orders that both sides have, 0 to 100.</summary>
    public double Score()
    {
        var (precision, recall, orders) = (0.0, 0.0, 0);
        for (var order = 0; order < ChrF.Order; order++)
        {
            var (hypothesis, reference, both) = (_counts[3 * order], _counts[(3 * order) + 1], _counts[(3 * order) + 2]);
            if (hypothesis == 0 || reference == 0) continue;
            precision += both / hypothesis;
            recall += both / reference;
            orders++;
        }
        if (precision + recall == 0) return 0;
        precision /= orders;
        recall /= orders;
        return 100 * (1 + (Beta * Beta)) * precision * recall / ((Beta * Beta * precision) + recall);
    }
}
