using System.Collections.Immutable;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>One job as the list knows it, whether its actor runs or not.</summary>
/// <param name="Status">The newest that it told.</param>
/// <param name="At">When it told it.</param>
public sealed record ListedJob(JobsProtocol.JobStatus Status, DateTimeOffset At)
{
    /// <summary>The list's journal has how it ended: its actor runs only while somebody asks for it.</summary>
    public bool HasEnded { get; init; }

    /// <summary>
    /// Its own journal cannot be read; <see cref="JobsProtocol.JobStatus.Because"/> says why. It is tried again when the coordinator starts again.
    /// </summary>
    public bool IsUnreadable { get; init; }

    /// <summary>
    /// Its own journal is empty: the coordinator was killed between listing and storing it. It is no job until it is submitted again.
    /// </summary>
    public bool IsNotSubmitted { get; init; }

    /// <summary>The status as of now.</summary>
    public JobsProtocol.JobStatus StatusAt(DateTimeOffset now) => HasEnded || IsUnreadable
        ? Status : Status with { Seconds = Status.Seconds + (now - At).TotalSeconds };

    /// <summary>What a client is told of an unreadable job, whatever it asked.</summary>
    public object AnswerOfUnreadable(object question) => question switch
    {
        JobsProtocol.GetHistory => new JobsProtocol.JobHistory(Status.Job, [Line], 0, 1),
        JobsProtocol.ReadFeed read =>
            new JobsProtocol.Feed(Status.Job, "", read.After > 0 ? [] : [new(1, "", 0, 0, 0, null, null, Line)], Ended: true),
        JobMessages.Submit => new JobsProtocol.JobRefused([$"This submission made job {Status.Job}, which cannot be read: {Status.Because}"]),
        JobsProtocol.GetSpec or JobsProtocol.ResumeJob or JobsProtocol.CancelJob or JobsProtocol.PauseJob => new JobsProtocol.JobRefused(
            [$"Job {Status.Job} cannot be read: {Status.Because} Mend that and start the coordinator again, or submit the job's file as a new job."]),
        _ => Status,
    };

    private JobsProtocol.HistoryLine Line => new(At, "Unreadable", Status.Because);
}

/// <summary>The cluster's jobs, as the list's own journal and the jobs themselves tell them. Immutable; time is passed in.</summary>
public sealed record JobList
{
    public static JobList Empty { get; } = new();

    private ImmutableSortedDictionary<string, ListedJob> Jobs { get; init; } =
        ImmutableSortedDictionary.Create<string, ListedJob>(StringComparer.Ordinal);

    private ImmutableDictionary<string, JobId> Requests { get; init; } = ImmutableDictionary<string, JobId>.Empty;

    public int Count => Jobs.Count;

    /// <summary>Jobs that have not ended as far as the list's journal tells.</summary>
    public IEnumerable<JobId> Unended => Jobs.Values.Where(job => !job.HasEnded).Select(job => job.Status.Job);

    public ListedJob? Find(JobId job) => job.Value is null ? null : Jobs.GetValueOrDefault(job.Value);

    /// <summary>The newest job that a submission made; null when it has made none.</summary>
    public JobId? Of(string requestId) => Requests.TryGetValue(requestId, out var job) ? job : null;

    public JobList Apply(JobEvents.JobListed e) => this with
    {
        Jobs = Jobs.SetItem(e.Job.Value,
            new(new(e.Job, e.Name, JobStage.Starting, "It is being read from its journal.", "", 0, 0, 0, 0, null, "", 0, []), e.At)),
        Requests = Requests.SetItem(e.RequestId, e.Job),
    };

    public JobList Apply(JobEvents.JobEnded e) => With(e.Status.Job, _ => new(e.Status, e.At) { HasEnded = true });

    public JobList Apply(JobEvents.JobReopened e) => With(e.Job, listed => listed with { HasEnded = false });

    /// <summary>A job told where it stands.</summary>
    public JobList Told(JobsProtocol.JobStatus status, DateTimeOffset now) =>
        With(status.Job, listed => listed with { Status = status, At = now, IsUnreadable = false, IsNotSubmitted = false });

    /// <summary>A job's own journal cannot be read.</summary>
    public JobList Unreadable(JobId job, string because, DateTimeOffset now) =>
        With(job, listed => listed with
        {
            Status = listed.Status with { Status = JobStage.Unreadable, Because = because }, At = now, IsUnreadable = true,
        });

    /// <summary>A job's own journal is empty.</summary>
    public JobList NotSubmitted(JobId job) => With(job, listed => listed with { IsNotSubmitted = true });

    /// <summary>The page after the job that a client has reached, in the order of ids.</summary>
    /// <param name="after">Null: from the beginning.</param>
    public JobsProtocol.JobsListed Page(string? after, DateTimeOffset now)
    {
        var rest = Jobs.Where(job => !job.Value.IsNotSubmitted && (after is null || string.CompareOrdinal(job.Key, after) > 0))
            .Select(job => job.Value.StatusAt(now)).ToList();
        var page = Pages.First(rest, Characters);
        return new(page, More: page.Count < rest.Count);
    }

    private static int Characters(JobsProtocol.JobStatus status) =>
        500 + status.Because.Length + (status.Checkpoint?.Length ?? 0) + status.RunFolder.Length
        + Pages.Characters(status.LastStep?.Metrics) + Pages.Characters(status.Metrics)
        + status.Phases.Sum(phase => 200 + (phase.BesideStart?.Length ?? 0) + Pages.Characters(phase.Metrics));

    private JobList With(JobId job, Func<ListedJob, ListedJob> change) => Find(job) is { } listed
        ? this with { Jobs = Jobs.SetItem(job.Value, change(listed)) } : this;
}
