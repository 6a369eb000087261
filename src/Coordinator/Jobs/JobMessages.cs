using Akka.Actor;
using DistTrain.Coordinator.Generations;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>What the jobs actor, a job and its generation say to each other inside the coordinator. None of these leaves the process.</summary>
public static class JobMessages
{
    /// <summary>From a job to the jobs actor: the journal could not be read or written.</summary>
    public sealed record JournalUnusable(Exception Failure);

    /// <summary>From the jobs actor to its keeper: the journal could not be read or written.</summary>
    public sealed record JournalFailed(string Because);

    /// <summary>From the jobs actor to its keeper: the journal was read.</summary>
    public sealed record JournalRead;

    /// <summary>To a job: store yourself. Answered to the client.</summary>
    /// <param name="Warnings">For the answer: see <see cref="JobsProtocol.JobAccepted"/>.</param>
    public sealed record Submit(string Spec, string DataRoot, string RunFolder, IReadOnlyList<string>? Warnings = null);

    /// <summary>From a job to the jobs actor, whenever it changes, when it has started and when it is asked to: where it stands.</summary>
    public sealed record StatusTold(JobsProtocol.JobStatus Status, bool HasEnded);

    /// <summary>From a job to the jobs actor, when it has started: my journal is empty, nobody has submitted me yet.</summary>
    public sealed record NothingStored(JobId Job);

    /// <summary>To a job: tell your status once more.</summary>
    public sealed record TellStatus;

    /// <summary>From a job to the jobs actor: my journal cannot be read, now or ever; I stop.</summary>
    public sealed record JournalUnreadable(JobId Job, string Because);

    /// <summary>From a job that has ended to the jobs actor: nobody has asked for me for a while. Answered by <see cref="Leave"/>.</summary>
    public sealed record Idle(JobId Job);

    /// <summary>To a job: stop; what comes for you is kept for your next life.</summary>
    public sealed record Leave;

    /// <summary>From a job to the jobs actor: put me in the queue.</summary>
    /// <param name="Survivors">Workers that are known to be there, because they said how the generation before ended; none at first.</param>
    /// <param name="Request">Counts the job's requests from 1; each takes the place of the one before, and frees what that was given.</param>
    public sealed record WorkersNeeded(JobId Job, int MinWorkers, int MaxWorkers, IReadOnlyCollection<WorkerId> Survivors, int Request);

    /// <summary>From a job to the jobs actor after a restart: these workers are mine.</summary>
    public sealed record WorkersHeld(JobId Job, IReadOnlyList<TrainingProtocol.Member> Members);

    /// <summary>From a job to the jobs actor: my workers are free, and I want none.</summary>
    public sealed record WorkersReleased(JobId Job);

    /// <summary>To a job: the workers it waited for.</summary>
    /// <param name="Request">The request that is granted; the workers are the job's only as long as it has made no other.</param>
    public sealed record WorkersGranted(IReadOnlyList<RosterEntry> Workers, int Request);

    /// <summary>To a job: why it still waits.</summary>
    public sealed record StillWaiting(string Because);

    /// <summary>To a job: one of its workers was heard; also what that worker says it does.</summary>
    public sealed record WorkerSeen(WorkerId Worker, IActorRef Actor, JobId? Job, int Generation);

    /// <summary>To a job: one of its workers is gone.</summary>
    public sealed record WorkerLost(WorkerId Worker, string Because);

    /// <summary>From a generation to its job: all members have finished the phase alike.</summary>
    public sealed record PhaseDone(int Generation, long Step, double Loss);

    /// <summary>From a generation to its job: it is over and its members are free.</summary>
    /// <param name="StepsDone">Steps of the phase that its members know to be done; 0 when none said so.</param>
    /// <param name="Survivors">Members that said themselves that they no longer train it.</param>
    public sealed record GenerationOver(int Generation, string Because, Aftermath Aftermath, long StepsDone, IReadOnlyCollection<WorkerId> Survivors);

    /// <summary>To a generation: end it.</summary>
    public sealed record EndGeneration(string Because);

    /// <summary>From the preparation to its job.</summary>
    /// <param name="Spec">The specification that the data was prepared for, as canonical JSON.</param>
    public sealed record DataReady(PreparedData Data, string Spec);

    /// <summary>From the preparation to its job.</summary>
    /// <param name="Spec">As in <see cref="DataReady"/>.</param>
    public sealed record DataFailed(string Because, string Spec);

    public sealed record PreparationNote(string Text);
}
