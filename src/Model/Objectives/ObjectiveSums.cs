namespace DistTrain.Model.Objectives;

/// <summary>Sums over a batch. Everything adds up: over micro-batches, and over the members of a ring.</summary>
/// <param name="Loss">The summed loss.</param>
/// <param name="Units">What the loss is divided by for a mean: target tokens with EOS (supervised), or pairs (DPO).</param>
/// <param name="Metrics">Further sums, in the order of the objective's <see cref="IObjective{TBatch}.MetricNames"/>.</param>
public sealed record ObjectiveSums(double Loss, double Units, IReadOnlyList<double> Metrics)
{
    public static ObjectiveSums operator +(ObjectiveSums left, ObjectiveSums right) =>
        new(left.Loss + right.Loss, left.Units + right.Units, [.. left.Metrics.Zip(right.Metrics, (a, b) => a + b)]);

    /// <summary>Of an empty batch.</summary>
    /// <param name="metrics">Their number.</param>
    public static ObjectiveSums Zero(int metrics) => new(0, 0, new double[metrics]);
}
