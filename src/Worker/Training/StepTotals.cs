using DistTrain.Model.Objectives;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>What one pass over a batch adds up to, over the whole ring.</summary>
/// <param name="Loss">Summed loss.</param>
/// <param name="Units">What the loss is divided by for a mean.</param>
/// <param name="Metrics">Means per unit, by name.</param>
internal sealed record StepTotals(double Loss, double Units, IReadOnlyDictionary<string, double> Metrics)
{
    /// <summary>Loss per unit.</summary>
    public double MeanLoss => Loss / Units;

    /// <summary>Adds up the members' sums; every member must call it.</summary>
    public static StepTotals Of(IAllReduce ring, ObjectiveSums own, IReadOnlyList<string> metricNames)
    {
        double[] sums = [own.Loss, own.Units, .. own.Metrics];
        ring.Sum(sums);
        return new StepTotals(sums[0], sums[1], metricNames.Select((name, i) => (name, mean: sums[i + 2] / sums[1])).ToDictionary(metric => metric.name, metric => metric.mean));
    }
}
