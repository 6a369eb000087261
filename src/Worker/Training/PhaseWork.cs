using DistTrain.Model;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets;
using DistTrain.Worker.Data;
using DistTrain.Worker.Validation;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Training;

/// <summary>The work of a phase whose batches are of one type: an objective, and the shares of its training store.</summary>
internal sealed class PhaseWork<TBatch> : IPhaseWork
{
    private readonly IObjective<TBatch> objective;
    private readonly IBatchSource<TBatch> source;
    private readonly BatchPlan plan;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly int rank, members;
    private StepShares<TBatch>? shares;

    public PhaseWork(
        TrainingPlan training, IObjective<TBatch> objective, IBatchSource<TBatch> source, BatchPlan plan, IReadOnlyList<IValidation> validations, TimeProvider clock, ILogger log)
    {
        (this.objective, this.source, this.plan, Validations, this.clock, this.log) = (objective, source, plan, validations, clock, log);
        (rank, members) = (training.Assignment.Rank, training.Members.Count);
        var phase = training.Phase;
        TotalSteps = phase.Steps ?? (long)phase.Epochs!.Value * plan.StepsPerEpoch;
        // A share is one piece, unless padding makes much more of it than it counts for: one long sentence among many short ones.
        PieceTokens = phase.MicroBatchTokens > 0 ? phase.MicroBatchTokens : (int)Math.Min(int.MaxValue, (2L * phase.BatchTokens + members - 1) / members);
    }

    public long TotalSteps { get; }

    public int PieceTokens { get; private set; }

    public IReadOnlyList<string> MetricNames => objective.MetricNames;

    public IReadOnlyList<IValidation> Validations { get; }

    public void StartAfter(long step, int pieceTokens)
    {
        shares?.Dispose();
        PieceTokens = pieceTokens;
        shares = new StepShares<TBatch>(plan, source, rank, members, pieceTokens, step, TotalSteps);
    }

    public (ObjectiveSums? Own, long GlobalTargetTokens, TimeSpan Waited) Backward(long seed, Action<int> final, CancellationToken stop)
    {
        var start = clock.GetTimestamp();
        var share = shares!.Next(stop);
        var waited = clock.GetElapsedTime(start);
        return (Backward(share.Pieces, seed, final), share.GlobalTargetTokens, waited);
    }

    public void Dispose() => shares?.Dispose();

    private ObjectiveSums? Backward(IReadOnlyList<TBatch> pieces, long seed, Action<int> final)
    {
        try
        {
            return pieces.Select((piece, index) => objective.Backward(piece, seed, index == pieces.Count - 1 ? final : null)).Aggregate((sum, piece) => sum + piece);
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            // libtorch's stack follows in further lines.
            LogMessages.NotEnoughMemory(log, PieceTokens, e.Message.Split('\n')[0]);
            return null;
        }
    }
}
