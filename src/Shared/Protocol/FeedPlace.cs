namespace DistTrain.Shared.Protocol;

/// <summary>How far a watcher has read a job's feed. Each life of the job's actor has a feed of its own, whose numbers begin anew.</summary>
/// <param name="FeedId">Empty before the first page.</param>
/// <param name="After">Number of the newest item that was read; 0 before the first.</param>
public readonly record struct FeedPlace(string FeedId, long After)
{
    /// <summary>Before anything was read.</summary>
    public static FeedPlace Start => new("", 0);

    /// <summary>Asks for what comes behind.</summary>
    public JobsProtocol.ReadFeed Question(JobId job) => new(job, FeedId, After);

    /// <summary>Behind a page: also one without items says which feed is read from now on.</summary>
    public FeedPlace Behind(JobsProtocol.Feed page) => page.Items is [.., var last] ? new(page.FeedId, last.Number)
        : page.FeedId == FeedId ? this : new(page.FeedId, 0);
}
