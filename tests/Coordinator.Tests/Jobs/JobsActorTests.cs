using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit;
using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>The list of jobs with a journal in memory; the test plays clients and workers.</summary>
public sealed class JobsActorTests : TestKit, IClassFixture<TinyData>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TinyData _data;
    private readonly CoordinatorOptions _options;
    private readonly Preparations _preparations = new();
    private IActorRef _jobs;

    public JobsActorTests(TinyData data)
        : base("akka { loglevel = OFF, stdout-loglevel = OFF }")
    {
        (_data, _options) = (data, new CoordinatorOptions { State = Path.Combine(data.Folder, Guid.NewGuid().ToString("N")), Data = data.Folder });
        _jobs = Start();
    }

    [Fact]
    public void SubmitJob_Accepted_OutlivesARestart()
    {
        var accepted = Submit("r1");
        Assert.Equal(Path.Combine(_options.State, "jobs", accepted.Job.Value), accepted.RunFolder);

        Watch(_jobs);
        _jobs.Tell(PoisonPill.Instance);
        ExpectTerminated(_jobs, Patience);
        _jobs = Start();

        Assert.Equal([accepted.Job], Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs()).Jobs.Select(job => job.Job));
        Assert.Equal(accepted with { Existing = true }, Submit("r1"));
        AwaitWaiting(accepted.Job);
    }

    [Fact]
    public void SubmitJob_TheSameRequestTwice_IsOneJob()
    {
        var (first, again, other) = (Submit("r1"), Submit("r1"), Submit("r2"));

        Assert.Equal((first.Job, true), (again.Job, again.Existing));
        Assert.NotEqual(first.Job, other.Job);
        AwaitWaiting(first.Job);
        AwaitWaiting(other.Job);
    }

    [Fact]
    public void SubmitJob_SeveralMistakes_AreAllNamed()
    {
        var refused = Ask<JobsProtocol.JobRefused>(new JobsProtocol.SubmitJob(
            "name: a\nsed: 1\nphases: [{ name: b, type: supervised, data: { train: missing.tsv }, steps: -5 }]", "job.yaml", null, "r1"));

        Assert.Equal(3, refused.Problems.Count);
        Assert.Contains(refused.Problems, problem => problem.Contains("sed is not a known key", StringComparison.Ordinal));
        Assert.Contains(refused.Problems, problem => problem.Contains("steps is -5", StringComparison.Ordinal));
        Assert.Contains(refused.Problems, problem => problem.Contains("missing.tsv", StringComparison.Ordinal));
        Assert.Empty(Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs()).Jobs);
    }

    [Fact]
    public void AnyQuestion_AboutAJobThatIsNot_IsAnsweredUnknown()
    {
        foreach (var question in new object[] { new JobsProtocol.GetStatus(Some.Id), new JobsProtocol.GetHistory(Some.Id), new JobsProtocol.ReadFeed(Some.Id, "", 0), new JobsProtocol.CancelJob(Some.Id, "") })
            Assert.Equal(Some.Id, Ask<JobsProtocol.JobUnknown>(question).Job);
    }

    [Fact]
    public void WorkerHello_AJobWaits_TheWorkerIsStartedAndReplacedWhenItIsLost()
    {
        var job = Submit("r1").Job;
        AwaitWaiting(job);
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        first.Send(_jobs, Some.Hello(1));
        Assert.Equal(1, first.FishForMessage<TrainingProtocol.StartGeneration>(_ => true, Patience).Generation);
        Assert.Equal(job, Assert.Single(Ask<JobsProtocol.WorkersListed>(new JobsProtocol.ListWorkers()).Workers).Job);

        Sys.Stop(first);
        AwaitWaiting(job);
        second.Send(_jobs, Some.Hello(2));

        var start = second.FishForMessage<TrainingProtocol.StartGeneration>(_ => true, Patience);
        Assert.Equal((2, "w2"), (start.Generation, start.Members.Single().Worker.Value));
    }

    private JobsProtocol.JobAccepted Submit(string request) => Ask<JobsProtocol.JobAccepted>(new JobsProtocol.SubmitJob(_data.Spec, "job.json", null, request));

    // Also lets the preparation finish before the folder of its data is removed.
    private void AwaitWaiting(JobId job) => AwaitCondition(() => Ask<JobsProtocol.JobStatus>(new JobsProtocol.GetStatus(job)).Status == "waiting", Patience, TimeSpan.FromMilliseconds(50));

    private T Ask<T>(object question)
    {
        _jobs.Tell(question, TestActor);
        return ExpectMsg<T>(Patience);
    }

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new JobsActor(_options, _preparations, TimeProvider.System, NullLogger<JobsActor>.Instance)));
}
