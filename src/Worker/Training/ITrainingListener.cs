using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Training;

/// <summary>
/// Hears how one generation goes on this member. Called from the training thread (and, for checkpoints, the writer's), so it must only pass on what
/// it hears.
/// </summary>
public interface ITrainingListener
{
    /// <summary>
    /// The member holds the state of <paramref name="step"/>, its ring is closed and it begins. The first call, unless the generation ends before.
    /// </summary>
    /// <param name="step">Steps of the phase that are done: 0 at its start, else those of the checkpoint.</param>
    /// <param name="totalSteps">Steps of the whole phase.</param>
    void Started(long step, long totalSteps);

    /// <summary>At rank 0: steps that the whole ring has completed, in order, each exactly once; at most two calls a second.</summary>
    void StepsDone(IReadOnlyList<StepRecord> steps);

    /// <summary>At rank 0: a checkpoint lies complete and flushed in its folder. Steps up to it were reported before.</summary>
    void CheckpointWritten(CheckpointRecord checkpoint);

    /// <summary>
    /// At rank 0: a checkpoint cannot be written and is tried again. Told at first, when the reason changes, and each minute; over with the next one
    /// that is written.
    /// </summary>
    /// <param name="because">A sentence with the remedy.</param>
    void CheckpointDelayed(long step, string because);

    /// <summary>At rank 0: the validation sets were scored by the whole ring.</summary>
    void Validated(ValidationRecord validation);

    /// <summary>The phase is over, and the checkpoint of its last step was reported.</summary>
    /// <param name="step">The last step: fewer than were planned when the phase's patience is at its end.</param>
    /// <param name="loss">Loss of the last step.</param>
    /// <param name="parametersHash">Hash of this member's weights, averaged where the phase averages; every member's must be the same.</param>
    void PhaseFinished(long step, double loss, string parametersHash);

    /// <summary>The last call, and always made: the training thread has let go of the generation.</summary>
    /// <param name="because">One sentence.</param>
    /// <param name="ring">Which worker broke the ring; null when that was not the cause.</param>
    /// <param name="held">The state that this member holds from now on; null when it holds none.</param>
    void Ended(TrainingProtocol.StopCause cause, string because, TrainingProtocol.RingBreak? ring = null, RosterProtocol.HeldState? held = null);
}
