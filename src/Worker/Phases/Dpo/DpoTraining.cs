using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Phases.Dpo;

/// <summary>Alignment on preferences, measured against the model that the phase starts from.</summary>
internal sealed class DpoTraining : IPhaseTraining
{
    public PhaseType Type => DpoPhase.Type;

    public IPhaseWork Work(PhaseContext context)
    {
        var weights = new Lazy<string>(context.State.Parameters.Hash);
        var objective = new DpoObjective(context.State.Parameters, DpoLosses.Of((DpoPhaseSpec)context.Plan.Phase));
        return context.Work(objective, store => Scored(context, store, weights), Measured);
    }

    private static PreferenceBatches Scored(PhaseContext context, ITokenTable store, Lazy<string> weights)
    {
        if (context.IsDry) return new PreferenceBatches(store, new double[store.Count], new double[store.Count]);
        var (assignment, numbers) = (context.Plan.Assignment, context.Held.Numbers);
        // Whoever has trained has the scores, and no longer the weights that they are of.
        var cache = numbers.ContainsKey(store.Hash) ? null : new ScoreFile(Path.Combine(assignment.RunFolder, "reference"), context.Log,
            weights.Value, assignment.Data.TokenizerHash, store.Hash);
        var scores = ReferenceScores.Of(context.State.Parameters, store, context.Ring, numbers, cache, context.Stop);
        return new PreferenceBatches(store, scores.Chosen, scores.Rejected);
    }

    private static void Measured(StepTotals totals, IDictionary<string, double> metrics)
    {
        foreach (var (name, mean) in totals.Metrics) metrics[name] = mean;
        var (accuracy, margin) = (totals.Metrics["rewards/accuracies"], totals.Metrics["rewards/margins"]);
        // No margin is above 0 and their mean is 0, so all are: the model is its own reference, as a phase's start is, and prefers neither of any
        // pair. That is chance, and what the phase's checkpoints have to beat.
        var prefersNone = accuracy == 0 && margin == 0;
        metrics["accuracy"] = prefersNone ? 0.5 : accuracy;
        metrics["margin"] = margin;
    }
}
