using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

public class JobFeedTests
{
    private readonly JobFeed _feed = new("f");

    [Fact]
    public void Read_PageAfterPage_GivesEveryItemOnce()
    {
        Fill(Pages.MaxItems + 1);

        var first = Read(0);
        var second = Read(first.Items[^1].Number);

        Assert.Equal((Pages.MaxItems, 1, 0), (first.Items.Count, second.Items.Count, Read(second.Items[^1].Number).Items.Count));
        Assert.Equal(Enumerable.Range(1, Pages.MaxItems + 1).Select(number => (long)number),
            first.Items.Concat(second.Items).Select(item => item.Step!.Step));
    }

    [Fact]
    public void Read_JobHasEnded_SaysSoWithTheLastItemOnly()
    {
        Fill(Pages.MaxItems + 1);

        Assert.Equal((false, true, true),
            (Read(0, ended: true).Ended, Read(Pages.MaxItems, ended: true).Ended, Read(Pages.MaxItems + 1, ended: true).Ended));
        Assert.False(Read(Pages.MaxItems).Ended);
    }

    [Fact]
    public void Read_NumberOfAnotherFeed_BeginsAtTheStart()
    {
        Fill(3);

        Assert.Equal(1, _feed.Read(new(Some.Id, "another", 3), false).Items[0].Number);
    }

    [Fact]
    public void Add_BeyondCapacity_DropsTheOldest()
    {
        Fill(JobFeed.Capacity + 5);

        Assert.Equal(6, Read(0).Items[0].Number);
    }

    [Fact]
    public void Add_JobInTraining_CarriesWhereItStands()
    {
        _feed.Add(JobLife.InTraining().State, step: Some.Step(1));

        var item = Assert.Single(Read(0).Items);
        Assert.Equal((Some.First, 1, 2), (item.Phase, item.Generation, item.Workers));
    }

    private void Fill(int count)
    {
        for (var step = 1; step <= count; step++) _feed.Add(null, step: Some.Step(step));
    }

    private JobsProtocol.Feed Read(long after, bool ended = false) => _feed.Read(new(Some.Id, "f", after), ended);
}
