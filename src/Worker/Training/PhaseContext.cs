using DistTrain.Model.Translation;
using DistTrain.Model.Objectives;
using DistTrain.Shared;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Text;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;
using DistTrain.Worker.Validation;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Training;

/// <summary>What a phase of any type has to work with in one generation.</summary>
/// <param name="Held">Its state is the one at the phase's start, unless it has trained before.</param>
internal sealed record PhaseContext(TrainingPlan Plan, HeldPhase Held, IAllReduce Ring, TimeProvider Clock, ILogger Log, CancellationToken Stop)
{
    public TrainingState State => Held.State;

    /// <summary>What is computed counts for nothing: nothing that takes long is computed for it.</summary>
    public bool IsDry { get; init; }

    private PhaseStores Stores => Held.Stores;

    /// <summary>Makes the work of the plan's phase of what its type chooses.</summary>
    /// <param name="objective">What is minimised.</param>
    /// <param name="sourceOf">The batches of a store.</param>
    /// <param name="measured">Adds to a validation's results what the type measures beside the loss.</param>
    public IPhaseWork Work<TBatch>(IObjective<TBatch> objective, Func<ITokenTable, IBatchSource<TBatch>> sourceOf,
        Action<StepTotals, IDictionary<string, double>> measured)
    {
        var source = sourceOf(Stores.Train);
        List<IValidation> validations = [];
        if (Stores.Validation is { } validation)
            validations.Add(new ObjectiveValidation<TBatch>(objective, sourceOf(validation), Ring, measured));
        if (Stores.Translations is { } translations)
            validations.Add(new TranslationValidation(
                new Translator(State.Model) { KeepsWeights = true }, translations, Held.Tokenizers(), Plan.Phase.Validate,
                Ring, Log, State.LengthFactor));
        return new PhaseWork<TBatch>(Plan, objective, source, Held.Batches(() => Batches(source)), validations, Clock, Log);
    }

    /// <summary>Batches of about as many target tokens as the phase says; the plan itself counts one end-of-sentence token an example.</summary>
    private BatchPlan Batches<TBatch>(IBatchSource<TBatch> source) => BatchPlan.Create(
        Stores.Train.Lengths(TranslationColumns.Source),
        [.. Enumerable.Range(0, source.Count).Select(example => (int)source.TargetTokens(example) - 1)],
        Plan.Phase.BatchTokens, RandomSeeds.OfPlan(Plan.Spec.Seed, Plan.Assignment.PhaseIndex), Plan.TrainingSets);
}
