using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Recovery;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>What can be asked of a <see cref="JobState"/>. None of these leaves the process.</summary>
public abstract record JobCommand
{
    public sealed record NoteData(PreparedData Data) : JobCommand;

    /// <param name="Held">What members say that they hold; null: nothing.</param>
    public sealed record PlanGeneration(
        IReadOnlyList<TrainingProtocol.Member> Members, IReadOnlyDictionary<WorkerId, RosterProtocol.HeldState>? Held = null) : JobCommand;

    public sealed record NoteStart(int Generation, long Step, long TotalSteps) : JobCommand;

    /// <param name="Steps">All that were reported and are not in the journal.</param>
    /// <param name="AtOnce">Whether they are nowhere else.</param>
    public sealed record NoteSteps(int Generation, IReadOnlyList<StepRecord> Steps, bool AtOnce = false) : JobCommand;

    public sealed record NoteCheckpoint(int Generation, CheckpointRecord Checkpoint) : JobCommand;

    public sealed record NoteValidation(int Generation, ValidationRecord Validation) : JobCommand;

    /// <param name="StepsDone">The last step that is known to be done, stored or not; 0 when none is.</param>
    public sealed record EndGeneration(int Generation, GenerationEnd End, long StepsDone = 0) : JobCommand;

    /// <summary>All members have finished the phase with the same parameters.</summary>
    public sealed record FinishPhase(int Generation, long Step, double Loss) : JobCommand;

    public sealed record Fail(string Because) : JobCommand;

    public sealed record Cancel(string Because) : JobCommand;

    public sealed record Pause(string Because) : JobCommand;

    /// <summary>Every worker there is is left out of the job.</summary>
    public sealed record NobodyLeft : JobCommand;

    /// <param name="Spec">What the job is to do from now on.</param>
    /// <param name="DataIsMissing">Files of its prepared data are gone.</param>
    public sealed record Resume(JobSpec Spec, string Because, bool DataIsMissing = false) : JobCommand;
}
