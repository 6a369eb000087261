using DistTrain.Model.Objectives;

namespace DistTrain.Worker.Collectives;

/// <summary>What one pass over a batch adds up to, over the whole ring.</summary>
/// <param name="Loss">Summed loss.</param>
/// <param name="Units">What the loss is divided by for a mean.</param>
/// <param name="Metrics">Means per unit, by name.</param>
/// <param name="OutOfMemory">Ranks of the members whose sums are missing, for want of memory.</param>
internal sealed record StepTotals(double Loss, double Units, IReadOnlyDictionary<string, double> Metrics, IReadOnlyList<int> OutOfMemory)
{
    /// <summary>Loss per unit.</summary>
    public double MeanLoss => Loss / Units;

    /// <summary>Adds up the members' sums; every member must call it.</summary>
    /// <param name="own">Null when this member had too little memory for its part.</param>
    public static StepTotals Of(IAllReduce ring, ObjectiveSums? own, IReadOnlyList<string> metricNames)
    {
        var missing = new double[ring.Size];
        missing[ring.Rank] = own is null ? 1 : 0;
        own ??= ObjectiveSums.Zero(metricNames.Count);
        double[] sums = [own.Loss, own.Units, .. own.Metrics, .. missing];
        ring.Sum(sums);
        var means = metricNames.Select((name, i) => (name, mean: sums[i + 2] / sums[1])).ToDictionary(metric => metric.name, metric => metric.mean);
        return new StepTotals(sums[0], sums[1], means, [.. Enumerable.Range(0, ring.Size).Where(rank => sums[2 + metricNames.Count + rank] > 0)]);
    }
}
