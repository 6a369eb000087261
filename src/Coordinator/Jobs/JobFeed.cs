using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// What a watcher reads: the newest things that happened to a job in this life of the coordinator, numbered. It belongs to one actor
/// and is not stored; the journal is.
/// </summary>
public sealed class JobFeed(string id)
{
    /// <summary>Items kept; a watcher that falls further behind than this misses the oldest.</summary>
    public const int Capacity = 20_000;

    private readonly Queue<JobsProtocol.FeedItem> _items = new();
    private long _last;

    public void Add(JobState? job, StepRecord? step = null, ValidationRecord? validation = null, JobsProtocol.HistoryLine? happened = null)
    {
        _items.Enqueue(new(++_last, job?.Phase?.Name ?? "", job?.Generation ?? 0, job?.Plan?.Members.Count ?? 0, job?.TotalSteps ?? 0,
            step, validation, happened));
        if (_items.Count > Capacity) _items.Dequeue();
    }

    private static int Characters(JobsProtocol.FeedItem item) => 200 + (item.Event?.Text.Length ?? 0) + (item.Event?.Fields?.Length ?? 0)
        + Pages.Characters(item.Step?.Metrics) + Pages.Characters(item.Validation?.Metrics)
        + (item.Validation?.Samples.Sum(sample => sample.Source.Length + sample.Translation.Length + sample.Reference.Length) ?? 0);

    /// <summary>The page after the place that the watcher has reached.</summary>
    public JobsProtocol.Feed Read(JobsProtocol.ReadFeed request, bool jobRests)
    {
        var after = request.FeedId == id ? request.After : 0;
        var page = Pages.First(_items.SkipWhile(item => item.Number <= after), Characters);
        return new(request.Job, id, page, jobRests && (page.Count == 0 || page[^1].Number == _last));
    }
}
