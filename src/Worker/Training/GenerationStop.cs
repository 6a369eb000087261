using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>How a generation is told to end, from any thread.</summary>
public sealed class GenerationStop : IDisposable
{
    private readonly CancellationTokenSource _now = new();
    private readonly Lock _gate = new();
    private volatile StepWish _wish;
    private bool _hasSteps;

    /// <summary>Cancelled when it is to end at once, wherever it is.</summary>
    public CancellationToken Now => _now.Token;

    /// <summary>What this member wishes for in the sums of each step.</summary>
    internal StepWish Wish => _wish;

    /// <summary>Ends the generation; a later call may ask for more. Before its first step there is none to wait for.</summary>
    /// <returns>False when that was asked before.</returns>
    public bool Request(TrainingProtocol.StopManner manner) => manner switch
    {
        TrainingProtocol.StopManner.Now => Cancel(),
        TrainingProtocol.StopManner.AfterCheckpoint => Add(StepWish.Stop | StepWish.Checkpoint),
        _ => Add(StepWish.Stop),
    };

    /// <summary>This member's process is to end: all members stop after the same step.</summary>
    public void Leave() => Add(StepWish.Stop | StepWish.Leave);

    /// <summary>From now on steps are made, and wishes are seen.</summary>
    internal void BeginSteps()
    {
        lock (_gate) _hasSteps = true;
    }

    public void Dispose() => _now.Dispose();

    private bool Add(StepWish wish)
    {
        lock (_gate)
        {
            if (!_hasSteps) return Cancel();
            var before = _wish;
            _wish = before | wish;
            return _wish != before;
        }
    }

    private bool Cancel()
    {
        if (_now.IsCancellationRequested) return false;
        _now.Cancel();
        return true;
    }
}
