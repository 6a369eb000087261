using System.Diagnostics;
using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Model.Objectives.Preferences;
using DistTrain.Model.Translation;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Dpo;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Text;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;
using DistTrain.Worker.Validation;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Training;

/// <summary>Makes the work of a phase from its specification: what a step of each phase type does is chosen here.</summary>
internal sealed class PhaseWorks(TrainingPlan plan, PhaseStores stores, TrainingState state, IAllReduce ring, TimeProvider clock, ILogger log,
    CancellationToken stop)
{
    /// <summary>The work of the plan's phase. The state must be the one at the phase's start: DPO measures against it.</summary>
    public IPhaseWork Create() => plan.Phase switch
    {
        SupervisedPhaseSpec phase => Supervised(phase),
        DpoPhaseSpec phase => Dpo(phase),
        _ => throw new UnreachableException($"A phase of type {plan.Phase.GetType().Name} was not refused when the job was checked."),
    };

    private PhaseWork<SentencePairs> Supervised(SupervisedPhaseSpec phase) =>
        Work(new SupervisedObjective(state.Parameters, phase.Optimizer.LabelSmoothing), store => new TranslationBatches(store));

    private PhaseWork<PreferencePairs> Dpo(DpoPhaseSpec phase)
    {
        var weights = state.Parameters.Hash();
        return Work(new DpoObjective(state.Parameters, new SigmoidLoss(phase.Beta)), store => Scored(store, weights));
    }

    private PhaseWork<TBatch> Work<TBatch>(IObjective<TBatch> objective, Func<ITokenTable, IBatchSource<TBatch>> sourceOf)
    {
        var source = sourceOf(stores.Train);
        List<IValidation> validations = [];
        if (stores.Validation is { } validation) validations.Add(new ObjectiveValidation<TBatch>(objective, sourceOf(validation), ring));
        if (stores.Translations is { } translations)
            validations.Add(new TranslationValidation(
                new Translator(state.Model) { KeepsWeights = true }, translations, TokenizerPair.Load(plan.Assignment.Data.TokenizerFolder),
                plan.Phase.Validate, ring, log, state.LengthFactor));
        return new PhaseWork<TBatch>(plan, objective, source, Batches(source), validations, clock, log);
    }

    private PreferenceBatches Scored(ITokenTable store, string weights)
    {
        var cache = new ScoreFile(Path.Combine(plan.Assignment.RunFolder, "reference"), log, weights, plan.Assignment.Data.TokenizerHash, store.Hash);
        var scores = ReferenceScores.Of(state.Parameters, store, ring, cache, stop);
        return new PreferenceBatches(store, scores.Chosen, scores.Rejected);
    }

    /// <summary>Batches of about as many target tokens as the phase says; the plan itself counts one end-of-sentence token an example.</summary>
    private BatchPlan Batches<TBatch>(IBatchSource<TBatch> source) => BatchPlan.Create(
        stores.Train.Lengths(TranslationBatches.Source),
        [.. Enumerable.Range(0, source.Count).Select(example => (int)source.TargetTokens(example) - 1)],
        plan.Phase.BatchTokens, RandomSeeds.OfPlan(plan.Spec.Seed, plan.Assignment.PhaseIndex), plan.TrainingSets);
}
