using DistTrain.Shared.Protocol;

namespace DistTrain.Shared.Tests.Protocol;

public sealed class FeedPlaceTests
{
    private static readonly JobId Job = new("q-1");

    [Fact]
    public void Behind_PagesOfOneFeed_IsTheNewestItem()
    {
        var place = FeedPlace.Start.Behind(Page("one", 1, 2, 3)).Behind(Page("one")).Behind(Page("one", 4));

        Assert.Equal(new JobsProtocol.ReadFeed(Job, "one", 4), place.Question(Job));
    }

    [Fact]
    public void Behind_AnotherFeedThatIsStillEmpty_ReadsItFromItsBeginning()
    {
        var place = FeedPlace.Start.Behind(Page("one", 1, 2, 3)).Behind(Page("two"));

        Assert.Equal(new JobsProtocol.ReadFeed(Job, "two", 0), place.Question(Job));
        Assert.Equal(new FeedPlace("two", 2), place.Behind(Page("two", 1, 2)));
    }

    private static JobsProtocol.Feed Page(string feed, params IEnumerable<long> numbers) =>
        new(Job, feed, [.. numbers.Select(number => new JobsProtocol.FeedItem(number, "pre", 1, 1, 10, null, null, new(default, "Waiting", "")))],
            Ended: false);
}
