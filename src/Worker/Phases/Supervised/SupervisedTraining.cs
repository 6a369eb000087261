using DistTrain.Model.Objectives;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Phases.Supervised;

/// <summary>Training on translations.</summary>
internal sealed class SupervisedTraining : IPhaseTraining
{
    public PhaseType Type => SupervisedPhase.Type;

    public IPhaseWork Work(PhaseContext context) => context.Work(
        new SupervisedObjective(context.State.Parameters, context.Plan.Phase.Optimizer.LabelSmoothing), store => new TranslationBatches(store),
        (totals, metrics) => metrics["perplexity"] = Math.Exp(totals.MeanLoss));
}
