using DistTrain.Model.Objectives;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;

namespace DistTrain.Worker.Validation;

/// <summary>The objective's loss and metrics on held-out examples, without dropout and label smoothing.</summary>
/// <param name="measured">Adds what the type of the phase measures beside the loss.</param>
internal sealed class ObjectiveValidation<TBatch>(IObjective<TBatch> objective, IBatchSource<TBatch> source, IAllReduce ring,
    Action<StepTotals, IDictionary<string, double>> measured) : IValidation
{
    private const long TokensAtOnce = 4096;

    public void Run(ValidationResults results, CancellationToken stop)
    {
        var own = objective.Evaluate(source.Batch([]));
        foreach (var group in MemberExamples.Groups(ring, source.Count, source.Cost, TokensAtOnce, stop))
            own += objective.Evaluate(source.Batch(group));
        var totals = StepTotals.Of(ring, own, objective.MetricNames);
        results.Metrics["loss"] = totals.MeanLoss;
        measured(totals, results.Metrics);
    }
}
