using DistTrain.Model.Objectives;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Validation;

/// <summary>The objective's loss and metrics on held-out examples, without dropout and label smoothing.</summary>
internal sealed class ObjectiveValidation<TBatch>(IObjective<TBatch> objective, IBatchSource<TBatch> source, IAllReduce ring) : IValidation
{
    private const long TokensAtOnce = 4096;

    public void Run(ValidationResults results, CancellationToken stop)
    {
        var own = objective.Evaluate(source.Batch([]));
        foreach (var group in MemberExamples.Groups(ring, source.Count, source.Cost, TokensAtOnce, stop))
            own += objective.Evaluate(source.Batch(group));
        var totals = StepTotals.Of(ring, own, objective.MetricNames);
        results.Metrics["loss"] = totals.MeanLoss;
        if (objective is SupervisedObjective) results.Metrics["perplexity"] = Math.Exp(totals.MeanLoss);
        if (objective is not DpoObjective) return;
        foreach (var (name, mean) in totals.Metrics) results.Metrics[name] = mean;
        var (accuracy, margin) = (totals.Metrics["rewards/accuracies"], totals.Metrics["rewards/margins"]);
        // No margin is above 0 and their mean is 0, so all are: the model is its own reference, as a phase's start is, and prefers neither of any
        // pair. That is chance, and what the phase's checkpoints have to beat.
        var prefersNone = accuracy == 0 && margin == 0;
        results.Metrics["accuracy"] = prefersNone ? 0.5 : accuracy;
        results.Metrics["margin"] = margin;
    }
}
