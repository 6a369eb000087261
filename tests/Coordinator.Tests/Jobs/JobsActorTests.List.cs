using Akka.Actor;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Tests.Journal;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>The list itself: what it costs, and what it does with a job that cannot be read.</summary>
public sealed partial class JobsActorTests
{
    [Fact]
    public void ListJobs_AJobCannotBeRead_IsListedWithTheReasonBesideTheOthers()
    {
        Stop();
        Seed("jobs", new JobEvents.JobListed(Some.Time, new("bad-1"), "bad", "r0"));
        Seed("job-bad-1", new JobEvents.JobSubmitted(Some.Time, new("bad-1"), "no job file", "/data", "/runs/bad-1"));
        _jobs = Start();
        var good = Submit("r1").Job;
        AwaitWaiting(good);
        AwaitCondition(() => List()[0].Status == JobStage.Unreadable, Patience, TimeSpan.FromMilliseconds(50));

        Assert.Equal([("bad-1", JobStage.Unreadable), (good.Value, JobStage.Waiting)], List().Select(job => (job.Job.Value, job.Status)));
        Assert.Contains("specification of job bad-1 is not readable", List()[0].Because, StringComparison.Ordinal);
        Assert.Equal(JobStage.Unreadable, Ask<JobsProtocol.JobStatus>(new JobsProtocol.GetStatus(new("bad-1"))).Status);
    }

    [Fact]
    public void ListJobs_AJobWasListedAndNeverStored_IsLeftOutUntilItIsSubmittedAgain()
    {
        Stop();
        Seed("jobs", new JobEvents.JobListed(Some.Time, new("lost-1"), "tiny", "r1"));
        _jobs = Start();
        AwaitCondition(() => List().Count == 0, Patience, TimeSpan.FromMilliseconds(50));
        Assert.Equal(new JobId("lost-1"), Ask<JobsProtocol.JobUnknown>(new JobsProtocol.GetStatus(new("lost-1"))).Job);

        Assert.Equal((new JobId("lost-1"), false), Submit("r1") is var accepted ? (accepted.Job, accepted.Existing) : default);

        AwaitWaiting(new("lost-1"));
        Assert.Equal(["lost-1"], List().Select(job => job.Job.Value));
    }

    [Fact]
    public void WorkerHello_WithAPortThatIsNone_IsNotCountedOn()
    {
        CreateTestProbe().Send(_jobs, Some.Hello(1) with { DataPort = 65_536 });
        CreateTestProbe().Send(_jobs, Some.Hello(2) with { DataPort = 65_535 });

        Assert.Equal(["w2"], Ask<JobsProtocol.WorkersListed>(new JobsProtocol.ListWorkers()).Workers.Select(worker => worker.Worker.Value));
    }

    [Fact]
    public void Start_AThousandEndedJobs_RunsNoneOfThemUntilOneIsAskedFor()
    {
        Stop();
        Seed("jobs", [.. Enumerable.Range(1, 1000).SelectMany(number => new IWireMessage[]
        {
            new JobEvents.JobListed(Some.Time, new($"old-{number:D4}"), "old", $"r-{number}"),
            new JobEvents.JobEnded(Some.Time, new(new($"old-{number:D4}"), "old", JobStage.Completed, "", "", 0, 0, 0, 0, null, "", 1, [])),
        })]);
        Seed("job-old-0001", new JobEvents.JobSubmitted(Some.Time, new("old-0001"), _data.Spec, "/data", "/runs/old"),
            new JobEvents.JobCancelled(Some.Time, "enough"));
        _jobs = Start();

        Assert.Equal(0, LiveJobs());
        Assert.Equal(JobStage.Completed, Ask<JobsProtocol.JobStatus>(new JobsProtocol.GetStatus(new("old-0500"))).Status);
        Assert.Equal(0, LiveJobs());

        Assert.Equal(2, Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(new("old-0001"))).Total);
        Assert.Equal(1, LiveJobs());
    }

    [Fact]
    public void Start_AnEndedJobOfAnEarlierVersion_TellsOnceHowItEnded()
    {
        Stop();
        Seed("jobs", new JobEvents.JobListed(Some.Time, new("old-1"), "tiny", "r0"));
        Seed("job-old-1", new JobEvents.JobSubmitted(Some.Time, new("old-1"), _data.Spec, "/data", "/runs/old"),
            new JobEvents.JobCancelled(Some.Time, "enough"));
        _jobs = Start();
        AwaitCondition(() => List()[0].Status == JobStage.Cancelled, Patience, TimeSpan.FromMilliseconds(50));
        // What is stored for the list is stored before the next question is answered.
        List();
        Stop();

        _jobs = Start();

        Assert.Equal((JobStage.Cancelled, "enough"), List()[0] is var job ? (job.Status, job.Because) : default);
        Assert.Equal(0, LiveJobs());
    }

    [Fact]
    public void Start_AJobWhoseCheckpointWasCommittedAfterItsEnd_IsListedWithIt()
    {
        var job = Submit("r1").Job;
        AwaitWaiting(job);
        Ask<JobsProtocol.JobCancelAccepted>(new JobsProtocol.CancelJob(job, "enough"));
        var ended = List()[0];
        Assert.Null(ended.Checkpoint);
        _jobs.Tell(new JobMessages.StatusTold(ended with { Checkpoint = "/runs/a-20", Step = 20 }, HasEnded: true), TestActor);
        // What is stored for the list is stored before the next question is answered.
        List();
        Stop();

        _jobs = Start();

        Assert.Equal((JobStage.Cancelled, "/runs/a-20", 20), List()[0] is var listed ? (listed.Status, listed.Checkpoint, listed.Step) : default);
        Assert.Equal(0, LiveJobs());
    }

    [Fact]
    public void AnyMessage_ThatCannotBeHandled_IsDroppedAndNothingStartsAgain()
    {
        var job = Submit("r1").Job;
        AwaitWaiting(job);
        var (children, seen) = (Children(), Feed(job));

        _jobs.Tell(new JobsProtocol.SubmitJob(null!, null!, "a\0b", null!), TestActor);
        _jobs.Tell(new TrainingProtocol.StepsDone(job, 1, new("w1"), 1, null!), CreateTestProbe());

        Assert.Equal([job], List().Select(listed => listed.Job));
        Assert.Equal(children, Children());
        Assert.Equal(seen, Feed(job));
    }

    [Fact]
    public void Idle_AnEndedJob_LeavesAndComesBackForTheNextQuestion()
    {
        var job = Submit("r1").Job;
        AwaitWaiting(job);
        Ask<JobsProtocol.JobCancelAccepted>(new JobsProtocol.CancelJob(job, "enough"));
        List();
        var before = Children();

        _jobs.Tell(new JobMessages.Idle(job), TestActor);
        var history = Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(job));

        Assert.Equal("JobCancelled", history.Lines[^1].Event);
        Assert.NotEqual(before, Children());
    }

    [Fact]
    public void ResumeJob_Ended_IsNotedInTheListBeforeTheJobDecides()
    {
        var job = Submit("r1").Job;
        AwaitWaiting(job);
        Ask<JobsProtocol.JobCancelAccepted>(new JobsProtocol.CancelJob(job, "enough"));

        Ask<JobsProtocol.JobRefused>(new JobsProtocol.ResumeJob(job, "no job file", "again"));
        AwaitCondition(() => List()[0].Status == JobStage.Cancelled, Patience, TimeSpan.FromMilliseconds(50));
        // What is stored for the list is stored before the next question is answered.
        List();
        Stop();

        Sys.ActorOf(Props.Create(() => new Replayer("jobs", TestActor)));
        Assert.Equal(
            [typeof(JobEvents.JobEnded), typeof(JobEvents.JobReopened), typeof(JobEvents.JobEnded)],
            ExpectMsg<IReadOnlyList<object>>(Patience).Select(happened => happened.GetType())
                .Where(type => type != typeof(JobEvents.JobListed) && type != typeof(JobEvents.JournalNamed)));
    }

    [Fact]
    public void ResumeJob_EndedAndNotLive_IsNotedOnce()
    {
        var job = Submit("r1").Job;
        AwaitWaiting(job);
        Ask<JobsProtocol.JobCancelAccepted>(new JobsProtocol.CancelJob(job, "enough"));
        List();
        Stop();
        _jobs = Start();

        Ask<JobsProtocol.JobAccepted>(
            new JobsProtocol.ResumeJob(job, Ask<JobsProtocol.JobSpecification>(new JobsProtocol.GetSpec(job)).Spec, "again"));
        AwaitWaiting(job);
        List();
        Stop();

        // Killed in any moment of it, the coordinator would have started the job.
        Sys.ActorOf(Props.Create(() => new Replayer("jobs", TestActor)));
        Assert.Equal(
            [typeof(JobEvents.JobEnded), typeof(JobEvents.JobReopened)],
            ExpectMsg<IReadOnlyList<object>>(Patience).Select(happened => happened.GetType())
                .Where(type => type != typeof(JobEvents.JobListed) && type != typeof(JobEvents.JournalNamed)));
    }

    [Fact]
    public void WorkersHeld_OfAWorkerThatAnotherJobHas_IsToldThatItIsLost()
    {
        var job = Submit("r1").Job;
        Train(CreateTestProbe(), Some.Hello(1));
        var other = CreateTestProbe();

        other.Send(_jobs, new QueueMessages.WorkersHeld(Some.Id, [new(new("w1"), "a", 1), new(new("w2"), "a", 2)]));

        Assert.Equal("w1", other.ExpectMsg<WorkerMessages.WorkerLost>(Patience).Worker.Value);
        Assert.Equal(job, Assert.Single(Ask<JobsProtocol.WorkersListed>(new JobsProtocol.ListWorkers()).Workers).Job);
    }

    [Fact]
    public void ListJobs_AboutAFolder_TellsWhereDataOfASubmissionWouldStart()
    {
        Assert.Equal(Path.GetFullPath(_options.Data), Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs()).DataRoot);
        Assert.Equal(Path.GetFullPath("elsewhere"), Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs(DataRoot: "elsewhere")).DataRoot);
    }

    private IReadOnlyList<JobsProtocol.JobStatus> List() => Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs()).Jobs;

    // A job's feed begins anew when its actor does.
    private int Feed(JobId job) => Ask<JobsProtocol.Feed>(new JobsProtocol.ReadFeed(job, "", 0)).Items.Count;

    private int LiveJobs() => Children().Count;

    private List<IActorRef> Children() => [.. ((ActorRefWithCell)_jobs).Children];

    private void Seed(string journal, params IReadOnlyList<IWireMessage> events)
    {
        var seeder = Watch(Sys.ActorOf(Props.Create(() => new Seeder(journal))));
        seeder.Tell(events, TestActor);
        ExpectMsg(events.Count, Patience);
        ExpectTerminated(seeder, Patience);
    }
}
