using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Watching;

/// <summary>Shows a job as it goes: for people, on a terminal or in a pipe, or for programs.</summary>
public interface IJobView
{
    /// <summary>Something about the command itself, such as a process that was started.</summary>
    void Note(string text);

    /// <summary>The job runs: how to ask for it from elsewhere.</summary>
    /// <param name="seed">The coordinator, as <c>host:port</c>.</param>
    /// <param name="reach">The options that reach it, for the commands to type.</param>
    void Reach(JobId job, string seed, string reach);

    /// <summary>The run was interrupted.</summary>
    /// <param name="command">Goes on with it.</param>
    void Interrupted(string command);

    /// <summary>The watching was interrupted; the job goes on.</summary>
    /// <param name="command">Watches it again.</param>
    void Left(JobId job, string command);

    void Show(JobsProtocol.FeedItem item);

    /// <summary>The job has ended.</summary>
    /// <param name="history">Everything that was shown of validations, for a summary.</param>
    void End(JobsProtocol.JobStatus status, IReadOnlyList<ValidationRecord> history);
}
