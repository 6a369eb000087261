using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Watching;

/// <summary>Shows a job as it goes: for people, on a terminal or in a pipe, or for programs.</summary>
public interface IJobView
{
    /// <summary>Something about the command itself, such as a process that was started.</summary>
    void Note(string text);

    void Show(JobsProtocol.FeedItem item);

    /// <summary>The job has ended.</summary>
    /// <param name="history">Everything that was shown of validations, for a summary.</param>
    void End(JobsProtocol.JobStatus status, IReadOnlyList<ValidationRecord> history);
}
