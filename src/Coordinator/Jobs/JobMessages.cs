using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// What the jobs actor, its keeper, a job and the preparation of its data say to each other inside the coordinator. None of these leaves the process.
/// </summary>
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

    /// <summary>From the preparation to its job.</summary>
    /// <param name="Spec">The specification that the data was prepared for, as canonical JSON.</param>
    public sealed record DataReady(PreparedData Data, string Spec);

    /// <summary>From the preparation to its job.</summary>
    /// <param name="Spec">As in <see cref="DataReady"/>.</param>
    /// <param name="DiskIsFull">It is not the job's doing.</param>
    public sealed record DataFailed(string Because, string Spec, bool DiskIsFull = false);

    public sealed record PreparationNote(string Text);
}
