using DistTrain.Model.Batches;
using DistTrain.Shared.Datasets;

namespace DistTrain.Worker.Data;

/// <summary>One member's part of a step.</summary>
/// <param name="Pieces">Its examples, in batches that are computed one after the other. At least one, which is empty when there are fewer examples
/// than members.</param>
/// <param name="GlobalTargetTokens">Target tokens of all members' parts.</param>
/// <param name="Cost">Of this part: see <see cref="IBatchSource{TBatch}.Cost"/>.</param>
/// <param name="Examples">Of the pieces, as they are computed.</param>
public sealed record StepShare<TBatch>(IReadOnlyList<TBatch> Pieces, long GlobalTargetTokens, long Cost, ExampleDigest Examples);

/// <summary>One member's share of each step's global batch, made ahead of its use.</summary>
public sealed class StepShares<TBatch> : IDisposable
{
    private readonly Prefetch<StepShare<TBatch>> _prefetch;

    /// <param name="plan">Which examples each step has, whatever the number of members.</param>
    /// <param name="source">The examples.</param>
    /// <param name="pieceTokens"><see cref="IBatchSource{TBatch}.PaddedTokens"/> of a piece: at most this many, unless one example has more.</param>
    /// <param name="firstStep">The first step to give, counted from 0.</param>
    /// <param name="totalSteps">Steps of the whole phase.</param>
    /// <param name="speeds">The members', by which the batches are split; null: alike.</param>
    public StepShares(BatchPlan plan, IBatchSource<TBatch> source, int rank, int members, int pieceTokens, long firstStep, long totalSteps,
        IReadOnlyList<double>? speeds = null) =>
        _prefetch = new Prefetch<StepShare<TBatch>>(Shares(plan, source, rank, members, pieceTokens, firstStep, totalSteps, speeds));

    /// <summary>This member's part of the next step.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public StepShare<TBatch> Next(CancellationToken stop) => _prefetch.Next(stop);

    public void Dispose() => _prefetch.Dispose();

    private static IEnumerable<StepShare<TBatch>> Shares(
        BatchPlan plan, IBatchSource<TBatch> source, int rank, int members, int pieceTokens, long firstStep, long totalSteps,
        IReadOnlyList<double>? speeds)
    {
        for (var step = firstStep; step < totalSteps; step++)
        {
            var batch = plan.Batch(step);
            var share = BatchShares.Split(batch, source.Cost, members, speeds)[rank];
            var pieces = Pieces(share, source, pieceTokens).ToList();
            yield return new StepShare<TBatch>([.. pieces.Select(source.Batch)], batch.Sum(source.TargetTokens), share.Sum(source.Cost),
                ExampleDigest.Of(pieces.SelectMany(piece => piece)));
        }
    }

    private static IEnumerable<IReadOnlyList<int>> Pieces(IReadOnlyList<int> share, IBatchSource<TBatch> source, int tokens)
    {
        if (share.Count == 0) return [share];
        return LengthGroups.Of(share.Count, place => source.PaddedTokens(share[place]), tokens)
            .Select(piece => (IReadOnlyList<int>)[.. piece.Select(place => share[place])]);
    }
}
