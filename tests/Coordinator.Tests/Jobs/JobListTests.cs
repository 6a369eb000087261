using DistTrain.Coordinator.Jobs;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;

namespace DistTrain.Coordinator.Tests.Jobs;

public sealed class JobListTests
{
    private readonly JobList _list = JobList.Empty.Apply(Listed("b", "r1")).Apply(Listed("a", "r2"));

    [Fact]
    public void Page_JobsThatToldNothingYet_AreListedInTheOrderOfIds() =>
        Assert.Equal(
            [("a", JobStage.Starting), ("b", JobStage.Starting)], _list.Page(null, Some.Time).Jobs.Select(job => (job.Job.Value, job.Status)));

    [Fact]
    public void Page_AJobThatTold_IsListedWithWhatItToldAndTheTimeSince()
    {
        var list = _list.Told(Status("a", JobStage.Training) with { Seconds = 10 }, Some.Time);

        Assert.Equal((JobStage.Training, 15.0), list.Page(null, Some.Time.AddSeconds(5)).Jobs[0] is var job ? (job.Status, job.Seconds) : default);
    }

    [Fact]
    public void Apply_JobEndedThenReopened_IsUnendedAgain()
    {
        var ended = _list.Apply(new JobEvents.JobEnded(Some.Time, Status("a", JobStage.Failed) with { Seconds = 10 }));

        Assert.Equal(["b"], ended.Unended.Select(job => job.Value));
        Assert.Equal(10, ended.Page(null, Some.Time.AddDays(1)).Jobs[0].Seconds);
        Assert.Equal(["a", "b"], ended.Apply(new JobEvents.JobReopened(Some.Time, new("a"))).Unended.Select(job => job.Value));
    }

    [Fact]
    public void Unreadable_ListedWithTheReason_AnswersEveryQuestionByItself()
    {
        var listed = _list.Unreadable(new("a"), "an event is damaged", Some.Time).Find(new("a"))!;

        Assert.Equal((JobStage.Unreadable, "an event is damaged"), (listed.Status.Status, listed.Status.Because));
        Assert.Equal("an event is damaged",
            Assert.Single(Assert.IsType<JobsProtocol.JobHistory>(listed.AnswerOfUnreadable(new JobsProtocol.GetHistory(new("a")))).Lines).Text);
        Assert.True(Assert.IsType<JobsProtocol.Feed>(listed.AnswerOfUnreadable(new JobsProtocol.ReadFeed(new("a"), "", 0))).Ended);
        Assert.All(
            [new JobsProtocol.GetSpec(new("a")), new JobsProtocol.ResumeJob(new("a"), "", ""), new JobsProtocol.CancelJob(new("a"), "")],
            (object question) =>
                Assert.Contains("an event is damaged",
                    Assert.Single(Assert.IsType<JobsProtocol.JobRefused>(listed.AnswerOfUnreadable(question)).Problems), StringComparison.Ordinal));
    }

    [Fact]
    public void Page_MoreJobsThanFit_AreReadPageByPage()
    {
        var list = Enumerable.Range(0, 1200).Aggregate(JobList.Empty, (jobs, number) => jobs.Apply(Listed($"job-{number:D4}", $"r{number}")));
        var seen = new List<string>();
        for (var page = list.Page(null, Some.Time); ; page = list.Page(seen[^1], Some.Time))
        {
            seen.AddRange(page.Jobs.Select(job => job.Job.Value));
            if (!page.More) break;
        }

        Assert.Equal(Enumerable.Range(0, 1200).Select(number => $"job-{number:D4}"), seen);
    }

    [Fact]
    public void Page_JobsOfManyLongMetrics_StaysFarBelowAFrame()
    {
        var metrics = Enumerable.Range(0, Limits.MapItems)
            .ToDictionary(number => $"{number}".PadLeft(Limits.NameCharacters, 'm'), number => (double)number);
        var list = Enumerable.Range(0, 100).Select(number => $"job-{number:D3}").Aggregate(
            JobList.Empty, (jobs, id) => jobs.Apply(Listed(id, id)).Told(Status(id, JobStage.Training) with { Metrics = metrics }, Some.Time));

        var page = list.Page(null, Some.Time);

        Assert.InRange(MessagePack.MessagePackSerializer.Serialize(page, WireFormat.Options).Length, 1, 1_000_000);
        Assert.True(page.More);
    }

    [Fact]
    public void Of_Request_IsItsJob() => Assert.Equal((new JobId("a"), null), (_list.Of("r2"), _list.Of("r3")));

    private static JobEvents.JobListed Listed(string id, string request) => new(Some.Time, new(id), "toy", request);

    private static JobsProtocol.JobStatus Status(string id, JobStage status) => new(new(id), "toy", status, "", "", 0, 0, 0, 0, null, "", 0, []);
}
