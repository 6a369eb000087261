using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Validation;

namespace DistTrain.Worker.Phases.Dpo;

/// <summary>The frozen reference model's log-probability of each chosen and each rejected answer of a store of preferences.</summary>
internal sealed record ReferenceScores(double[] Chosen, double[] Rejected)
{
    private const long TokensAtOnce = 8192;

    /// <summary>
    /// Computes the scores, each member a part, or takes those of a member that has them: in its memory, or from an earlier generation in
    /// <paramref name="cache"/>. Every member must call it.
    /// </summary>
    /// <param name="parameters">Of the model, with the reference's weights where <paramref name="kept"/> has no scores.</param>
    /// <param name="kept">This member's memory, by the store's hash: has the scores afterwards.</param>
    /// <param name="cache">Read and written by rank 0 alone; null where the memory has the scores.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static ReferenceScores Of(FlatParameters parameters, ITokenTable store, IAllReduce ring, IDictionary<string, double[]> kept,
        ScoreFile? cache, CancellationToken stop)
    {
        var mine = kept.TryGetValue(store.Hash, out var known) ? known : ring.Rank == 0 ? cache?.TryRead(2 * store.Count) : null;
        // Members that each decided by themselves what is there could decide differently.
        var have = new double[ring.Size];
        have[ring.Rank] = mine is null ? 0 : 1;
        ring.Sum(have);
        var source = Array.FindIndex(have, has => has > 0);
        var scores = source == ring.Rank ? [.. mine!] : new double[2 * store.Count];
        if (source < 0)
        {
            Compute(parameters, store, ring, scores, stop);
            // All wait here for the slowest: who is not done yet would not read what a large sum sends, and a link that nobody reads for long counts
            // as lost.
            ring.Sum([0.0]);
        }
        ring.Sum(scores);
        if (ring.Rank == 0 && mine is null) cache?.Write(scores);
        kept[store.Hash] = scores;
        return new ReferenceScores(scores[..store.Count], scores[store.Count..]);
    }

    private static void Compute(FlatParameters parameters, ITokenTable store, IAllReduce ring, double[] scores, CancellationToken stop)
    {
        var source = new PreferenceBatches(store, new double[store.Count], new double[store.Count]);
        foreach (var group in MemberExamples.Groups(ring, store.Count, source.Cost, TokensAtOnce, stop))
        {
            var batch = source.Batch(group);
            var chosen = SequenceScores.LogProbabilities(parameters, new SentencePairs(batch.Sources, batch.Chosen));
            var rejected = SequenceScores.LogProbabilities(parameters, new SentencePairs(batch.Sources, batch.Rejected));
            for (var i = 0; i < group.Count; i++) (scores[group[i]], scores[store.Count + group[i]]) = (chosen[i], rejected[i]);
        }
    }
}
