using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets;
using DistTrain.Worker.Data;
using DistTrain.Worker.Validation;

namespace DistTrain.Worker.Training;

/// <summary>The work of a phase whose batches are of one type: an objective, and the shares of its training store.</summary>
internal sealed class PhaseWork<TBatch> : IPhaseWork
{
    private readonly IObjective<TBatch> objective;
    private readonly IBatchSource<TBatch> source;
    private readonly BatchPlan plan;
    private readonly TimeProvider clock;
    private readonly int rank, members, pieceTokens;
    private StepShares<TBatch>? shares;

    public PhaseWork(TrainingPlan training, IObjective<TBatch> objective, IBatchSource<TBatch> source, BatchPlan plan, IReadOnlyList<IValidation> validations, TimeProvider clock)
    {
        (this.objective, this.source, this.plan, Validations, this.clock) = (objective, source, plan, validations, clock);
        (rank, members, pieceTokens) = (training.Assignment.Rank, training.Members.Count, training.Phase.MicroBatchTokens);
        TotalSteps = training.Phase.Steps ?? (long)training.Phase.Epochs!.Value * plan.StepsPerEpoch;
    }

    public long TotalSteps { get; }

    public IReadOnlyList<string> MetricNames => objective.MetricNames;

    public IReadOnlyList<IValidation> Validations { get; }

    public void StartAfter(long step) => shares = new StepShares<TBatch>(plan, source, rank, members, pieceTokens, step, TotalSteps);

    public (ObjectiveSums Own, long GlobalTargetTokens, TimeSpan Waited) Backward(Action<int> final, CancellationToken stop)
    {
        var start = clock.GetTimestamp();
        var share = shares!.Next(stop);
        var waited = clock.GetElapsedTime(start);
        var last = share.Pieces.Count - 1;
        var own = share.Pieces.Select((piece, index) => objective.Backward(piece, index == last ? final : null)).Aggregate((sum, piece) => sum + piece);
        return (own, share.GlobalTargetTokens, waited);
    }

    public void Dispose() => shares?.Dispose();
}
