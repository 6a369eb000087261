using DistTrain.Model;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets;
using DistTrain.Worker.Data;
using DistTrain.Worker.Logging;
using DistTrain.Worker.Validation;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Training;

/// <summary>The work of a phase whose batches are of one type: an objective, and the shares of its training store.</summary>
internal sealed class PhaseWork<TBatch> : IPhaseWork
{
    private readonly IObjective<TBatch> _objective;
    private readonly IBatchSource<TBatch> _source;
    private readonly BatchPlan _plan;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly int _rank, _members;
    private StepShares<TBatch>? _shares;
    private IReadOnlyList<double>? _speeds;

    public PhaseWork(
        TrainingPlan training, IObjective<TBatch> objective, IBatchSource<TBatch> source, BatchPlan plan, IReadOnlyList<IValidation> validations,
        TimeProvider clock, ILogger log)
    {
        (_objective, _source, _plan, Validations, _clock, _log) = (objective, source, plan, validations, clock, log);
        (_rank, _members) = (training.Assignment.Rank, training.Members.Count);
        var phase = training.Phase;
        TotalSteps = phase.Steps ?? (long)phase.Epochs!.Value * plan.StepsPerEpoch;
        // A share is one piece, unless padding makes much more of it than it counts for: one long sentence among many short ones.
        PieceTokens = phase.MicroBatchTokens > 0
            ? phase.MicroBatchTokens : (int)Math.Min(int.MaxValue, (2L * phase.BatchTokens + _members - 1) / _members);
    }

    public long TotalSteps { get; }

    public int PieceTokens { get; private set; }

    public IReadOnlyList<string> MetricNames => _objective.MetricNames;

    public IReadOnlyList<IValidation> Validations { get; }

    public void StartAfter(long step, int pieceTokens, IReadOnlyList<double>? speeds = null)
    {
        _shares?.Dispose();
        (PieceTokens, _speeds) = (pieceTokens, speeds ?? _speeds);
        _shares = new StepShares<TBatch>(_plan, _source, _rank, _members, pieceTokens, step, TotalSteps, _speeds);
    }

    public (ObjectiveSums? Own, ExampleDigest Examples, long GlobalTargetTokens, long Cost, TimeSpan Waited) Backward(
        long seed, Action<int> final, CancellationToken stop)
    {
        var start = _clock.GetTimestamp();
        var share = _shares!.Next(stop);
        var waited = _clock.GetElapsedTime(start);
        return (Backward(share.Pieces, seed, final), share.Examples, share.GlobalTargetTokens, share.Cost, waited);
    }

    public void Dispose() => _shares?.Dispose();

    private ObjectiveSums? Backward(IReadOnlyList<TBatch> pieces, long seed, Action<int> final)
    {
        try
        {
            return pieces.Select((piece, index) => _objective.Backward(piece, seed, index == pieces.Count - 1 ? final : null))
                .Aggregate((sum, piece) => sum + piece);
        }
        catch (Exception e) when (OutOfMemory.Is(e))
        {
            // libtorch's stack follows in further lines.
            LogMessages.NotEnoughMemory(_log, PieceTokens, e.Message.Split('\n')[0]);
            return null;
        }
    }
}
