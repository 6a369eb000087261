using DistTrain.Shared.Protocol;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

/// <summary>Keeps what a member reports.</summary>
internal sealed class RecordingListener : ITrainingListener
{
    private readonly TaskCompletionSource<(TrainingProtocol.StopCause Cause, string Because)> _over =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<StepRecord> Steps { get; } = [];
    public List<CheckpointRecord> Checkpoints { get; } = [];
    public List<(long Step, string Because)> Delays { get; } = [];
    public List<ValidationRecord> Validations { get; } = [];
    public (long Step, long Total)? Start { get; private set; }
    public (long Step, double Loss, string Hash)? Finish { get; private set; }

    /// <summary>Who broke the ring, by the last word.</summary>
    public TrainingProtocol.RingBreak? Break { get; private set; }

    /// <summary>What the member holds, by the last word.</summary>
    public RosterProtocol.HeldState? Held { get; private set; }

    /// <summary>Called with each batch of steps, on the training thread.</summary>
    public Action<IReadOnlyList<StepRecord>> OnSteps { get; init; } = _ => { };

    /// <summary>Called with each validation, on the training thread.</summary>
    public Action OnValidation { get; init; } = () => { };

    public Task<(TrainingProtocol.StopCause Cause, string Because)> Over => _over.Task.WaitAsync(TimeSpan.FromSeconds(30));

    public void Started(long step, long totalSteps) => Start = (step, totalSteps);

    public void StepsDone(IReadOnlyList<StepRecord> steps)
    {
        Steps.AddRange(steps);
        OnSteps(steps);
    }

    public void CheckpointWritten(CheckpointRecord checkpoint) => Checkpoints.Add(checkpoint);
    public void CheckpointDelayed(long step, string because) => Delays.Add((step, because));
    public void Validated(ValidationRecord validation)
    {
        Validations.Add(validation);
        OnValidation();
    }

    public void PhaseFinished(long step, double loss, string parametersHash) => Finish = (step, loss, parametersHash);

    public void Ended(TrainingProtocol.StopCause cause, string because, TrainingProtocol.RingBreak? ring, RosterProtocol.HeldState? held)
    {
        (Break, Held) = (ring, held);
        _over.TrySetResult((cause, because));
    }
}
