using DistTrain.Coordinator.Jobs;
using DistTrain.Shared;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

public sealed class JobHistoryTextTests
{
    [Fact]
    public void Page_AHundredThousandEvents_AreReadPageByPage()
    {
        var events = Enumerable.Range(1, 100_000).Select(step => (JobEvents.IJobEvent)new JobEvents.StepsCommitted(Some.Time, 1, step, 1.5)).ToList();
        var texts = new List<string>();
        JobsProtocol.JobHistory page;
        do
        {
            page = JobHistoryText.Page(new(Some.Id, texts.Count), events);
            Assert.InRange(page.Lines.Count, 1, Pages.MaxItems);
            texts.AddRange(page.Lines.Select(line => line.Text));
        }
        while (page.After + page.Lines.Count < page.Total);

        Assert.Equal((100_000L, 100_000), (page.Total, texts.Count));
        Assert.Equal(("Step 1 is done, loss 1.50.", "Step 100000 is done, loss 1.50."), (texts[0], texts[^1]));
    }

    [Theory]
    [InlineData(0, 3, 7, 3)]
    [InlineData(0, 30, 0, 10)]
    [InlineData(8, 0, 8, 2)]
    [InlineData(30, 0, 10, 0)]
    public void Page_FromAPlaceOrFromTheEnd_IsThere(long after, long last, long first, int lines)
    {
        var page = JobHistoryText.Page(new(Some.Id, after, last),
            [.. Enumerable.Range(1, 10).Select(step => new JobEvents.StepsCommitted(Some.Time, 1, step, 1.5))]);

        Assert.Equal((first, lines, 10L), (page.After, page.Lines.Count, page.Total));
    }

    [Fact]
    public void Describe_DataOfSeveralSetsOfWhichMostIsLeftOut_TellsTheirSumsAndWarns()
    {
        var phase = new DistTrain.Shared.Datasets.Preparation.PreparedPhase(
            "a", new("/x", "x", 2, 1, 30, 5, Warning: "5 of 7 are gone. Look."), new("/v", "v", 1, 1, 1, 0), null, [new("/y", "y", 3, 1, 40, 1)]);

        var line = JobHistoryText.Describe(new JobEvents.DataPrepared(Some.Time, new("/t", "h", 260, null, [phase])));

        Assert.Equal("The data is ready: vocabulary of 260, a: 5 training examples of 2 sets, 70 target tokens, 6 dropped. Warning: Phase 'a': 5 " +
            "of 7 are gone. Look.", line.Text);
    }

    [Fact]
    public void Page_TextsOfAMegabyte_AreCutAndThePageEndsLongBeforeAFrame()
    {
        var failed = new JobEvents.JobFailed(Some.Time, new string('x', 1 << 20));

        var page = JobHistoryText.Page(new(Some.Id), [.. Enumerable.Repeat(failed, 1000)]);

        Assert.InRange(page.Lines.Count, 2, Pages.MaxItems - 1);
        Assert.All(page.Lines, line => Assert.InRange(line.Text.Length + line.Fields!.Length, 1, 3 * Limits.TextCharacters));
    }
}
