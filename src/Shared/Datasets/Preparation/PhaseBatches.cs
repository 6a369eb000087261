using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Preparation;

/// <summary>Which examples the steps of a phase use, from what is prepared of it: the same as its members plan.</summary>
public static class PhaseBatches
{
    /// <param name="seed">Of the job and phase: see <see cref="RandomSeeds.OfPlan"/>.</param>
    /// <exception cref="FileNotFoundException">A store is not there.</exception>
    /// <exception cref="DamagedStoreException">A store is not what was written.</exception>
    public static BatchPlan Of(PhaseSpec phase, PreparedPhase prepared, long seed)
    {
        var opened = new List<TokenStore>();
        try
        {
            foreach (var store in prepared.TrainingStores()) opened.Add(TokenStore.Open(store.Path));
            var train = new JoinedStores(opened);
            // An answer more than one has an end of its own.
            var targets = phase.Kind.TargetColumns.Select(train.Lengths)
                .Aggregate((some, more) => [.. some.Zip(more, (one, other) => one + other + 1)]);
            return BatchPlan.Create(train.Lengths(0), targets, phase.BatchTokens, seed, Sets(phase, prepared));
        }
        finally
        {
            opened.ForEach(store => store.Dispose());
        }
    }

    /// <summary>What a phase trains on, in the order in which examples are numbered.</summary>
    public static IReadOnlyList<WeightedSet> Sets(PhaseSpec phase, PreparedPhase prepared) =>
        [.. prepared.TrainingStores().Zip(phase.Data.TrainingSets(), (store, set) => new WeightedSet(store.Count, set.Weight))];
}
