using System.Collections.Concurrent;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Options;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>The list of jobs with a journal in memory; the test plays clients and workers.</summary>
public sealed partial class JobsActorTests : TestKit, IClassFixture<TinyData>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Of a port that cannot be dialled.</summary>
    private const DialOutcome Unheard = (DialOutcome)(-1);

    private readonly ConcurrentDictionary<string, DialOutcome> _ports = [];
    private readonly ConcurrentBag<string> _dialled = [];
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

        Stop();
        _jobs = Start();

        Assert.Equal([accepted.Job], Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs()).Jobs.Select(job => job.Job));
        var again = Submit("r1");
        Assert.Equal((accepted.Job, accepted.RunFolder, true), (again.Job, again.RunFolder, again.Existing));
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
    public void ExamineJob_TellsWhatASubmissionWouldMakeAndStoresNothing()
    {
        var examined = Ask<JobsProtocol.JobExamined>(new JobsProtocol.ExamineJob(_data.Spec, "job.json", null));
        Assert.Empty(Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs()).Jobs);
        Assert.Equal(examined.Spec, Ask<JobsProtocol.JobSpecification>(new JobsProtocol.GetSpec(Submit("r1").Job)).Spec);

        var refused = Ask<JobsProtocol.JobRefused>(new JobsProtocol.ExamineJob("name: [", "job.json", null));
        Assert.Equal(Ask<JobsProtocol.JobRefused>(new JobsProtocol.SubmitJob("name: [", "job.json", null, "r2")).Problems, refused.Problems);
    }

    [Fact]
    public void SubmitJob_KeyThatDoesNothing_IsTakenWithAWarning()
    {
        var spec = _data.Spec.Replace("\"beam\": 4", "\"beam\": 5", StringComparison.Ordinal);

        var accepted = Ask<JobsProtocol.JobAccepted>(new JobsProtocol.SubmitJob(spec, "job.json", null, "r1"));

        Assert.Contains(": warning: phases[0].validate.beam does nothing: ", Assert.Single(accepted.Warnings!), StringComparison.Ordinal);
        Assert.Null(Submit("r2").Warnings);
    }

    [Fact]
    public void AnyQuestion_AboutAJobThatIsNot_IsAnsweredUnknown()
    {
        foreach (var question
            in new object[] { new JobsProtocol.GetStatus(Some.Id), new JobsProtocol.GetHistory(Some.Id), new JobsProtocol.ReadFeed(Some.Id, "", 0),
                new JobsProtocol.CancelJob(Some.Id, "") })
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

        _ports["w1"] = DialOutcome.Refused;
        Sys.Stop(first);
        AwaitWaiting(job);
        second.Send(_jobs, Some.Hello(2));

        var start = second.FishForMessage<TrainingProtocol.StartGeneration>(_ => true, Patience);
        Assert.Equal((2, "w2"), (start.Generation, start.Members.Single().Worker.Value));
    }

    [Fact]
    public void Terminated_WorkerWhoseProcessLives_TrainsOnWithItsNextActor()
    {
        var job = Submit("r1").Job;
        var (first, back) = (CreateTestProbe(), CreateTestProbe());
        Train(first, Some.Hello(1) with { Incarnation = "a" });

        Sys.Stop(first);
        AwaitCondition(() => _dialled.Contains("w1"), Patience, TimeSpan.FromMilliseconds(50));
        back.Send(_jobs, Some.Hello(1, job, 1) with { Incarnation = "a" });
        back.ExpectMsg<RosterProtocol.HelloReceived>(Patience);
        back.Send(_jobs, new TrainingProtocol.StepsDone(job, 1, new("w1"), 2, [Some.Step(1)]));

        Assert.Equal(2, back.FishForMessage<TrainingProtocol.ReportReceived>(_ => true, Patience).Sequence);
        Assert.DoesNotContain(Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(job)).Lines, line => line.Event == "GenerationEnded");
    }

    [Fact]
    public void WorkerHello_FromAnotherProcessOfTheName_EndsTheGenerationWithTheReasonAndIsWatchedInItsTurn()
    {
        var job = Submit("r1").Job;
        var (first, again, spare) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        Train(first, Some.Hello(1) with { Incarnation = "a" });

        again.Send(_jobs, Some.Hello(1) with { Incarnation = "b" });

        Assert.Equal(2, again.FishForMessage<TrainingProtocol.StartGeneration>(_ => true, Patience).Generation);
        Assert.Contains(Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(job)).Lines,
            line => line.Text.Contains("another process has its name now", StringComparison.Ordinal));
        first.Send(_jobs, Some.Hello(1) with { Incarnation = "a" });
        _ports["w1"] = DialOutcome.Refused;
        Sys.Stop(again);
        AwaitWaiting(job);
        spare.Send(_jobs, Some.Hello(2));
        Assert.Equal("w2", spare.FishForMessage<TrainingProtocol.StartGeneration>(_ => true, Patience).Members.Single().Worker.Value);
    }

    [Fact]
    public void Restart_MemberWhoseProcessIsGone_IsLostAtOnce()
    {
        var job = Submit("r1").Job;
        Train(CreateTestProbe(), Some.Hello(1));
        Watch(_jobs);
        _jobs.Tell(PoisonPill.Instance);
        ExpectTerminated(_jobs, Patience);
        _ports["w1"] = DialOutcome.Refused;
        _jobs = Start();

        AwaitWaiting(job);
        Assert.Contains(Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(job)).Lines,
            line => line.Text.Contains("its process has ended", StringComparison.Ordinal));
    }

    [Fact]
    public void Terminated_TheDialItselfFails_IsDialledAgain()
    {
        var job = Submit("r1").Job;
        var worker = CreateTestProbe();
        Train(worker, Some.Hello(1));
        _ports["w1"] = Unheard;

        Sys.Stop(worker);
        AwaitCondition(() => _dialled.Contains("w1"), Patience, TimeSpan.FromMilliseconds(50));
        _ports["w1"] = DialOutcome.Refused;

        AwaitWaiting(job);
    }

    [Fact]
    public void Restart_MemberThatIsIdleByNow_HasUntilItsNextHelloToTellHowItEnded()
    {
        var job = Submit("r1").Job;
        var worker = CreateTestProbe();
        Train(worker, Some.Hello(1));
        Stop();
        _jobs = Start();

        worker.Send(_jobs, Some.Hello(1));
        worker.FishForMessage<RosterProtocol.HelloReceived>(_ => true, Patience);
        worker.Send(_jobs, new TrainingProtocol.GenerationStopped(job, 1, new("w1"), 9, TrainingProtocol.StopCause.Asked, "It was told to stop."));
        worker.Send(_jobs, Some.Hello(1));

        AwaitAssert(() => Assert.Contains(
            Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(job)).Lines,
            line => line.Event == "GenerationEnded" && line.Text.Contains("It was told to stop.", StringComparison.Ordinal)), Patience);
    }

    [Fact]
    public void WorkerHello_EachLifeOfTheCoordinator_IsAnsweredWithTheSameJournal()
    {
        var worker = CreateTestProbe();
        worker.Send(_jobs, Some.Hello(1));
        var before = worker.ExpectMsg<RosterProtocol.HelloReceived>(Patience);
        Watch(_jobs);
        _jobs.Tell(PoisonPill.Instance);
        ExpectTerminated(_jobs, Patience);
        _jobs = Start();
        worker.Send(_jobs, Some.Hello(1));
        var after = worker.ExpectMsg<RosterProtocol.HelloReceived>(Patience);

        Assert.NotEqual(before.Coordinator, after.Coordinator);
        Assert.NotNull(before.Journal);
        Assert.Equal(before.Journal, after.Journal);
    }

    [Fact]
    public void Report_OfAJobThatTheJournalDoesNotHave_IsNeitherStoppedNorAcknowledged()
    {
        var worker = CreateTestProbe();
        worker.Send(_jobs, new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, [Some.Step(1)]));
        worker.Send(_jobs, Some.Hello(1, Some.Id, 1));

        // The answer to the hello comes after whatever the report would have led to.
        worker.ExpectMsg<RosterProtocol.HelloReceived>(Patience);
    }

    [Fact]
    public void WorkerHello_HoldsTheStateOfAJobThatHasEnded_IsToldToLetGo()
    {
        var job = Submit("r1").Job;
        var worker = CreateTestProbe();
        Train(worker, Some.Hello(1));
        var held = Some.Hello(1) with { Held = new(job, 0, 1, 5, IsSettled: true, "hash") };
        Ask<JobsProtocol.JobCancelAccepted>(new JobsProtocol.CancelJob(job, "enough"));
        worker.Send(_jobs, new TrainingProtocol.GenerationStopped(job, 1, new("w1"), 9, TrainingProtocol.StopCause.Asked, "It was told to stop."));
        AwaitAssert(() =>
        {
            worker.Send(_jobs, held);
            Assert.Equal(job, worker.FishForMessage<RosterProtocol.LetGo>(_ => true, TimeSpan.FromSeconds(1)).Job);
        }, Patience);
    }

    private void Train(TestProbe worker, RosterProtocol.WorkerHello hello)
    {
        // One hello counts for some seconds, which a job's preparation may take.
        AwaitCondition(() => Ask<JobsProtocol.JobsListed>(new JobsProtocol.ListJobs()).Jobs.Any(job => job.Status == JobStage.Waiting), Patience,
            TimeSpan.FromMilliseconds(50));
        worker.Send(_jobs, hello);
        var start = worker.FishForMessage<TrainingProtocol.StartGeneration>(_ => true, Patience);
        worker.Send(_jobs, new TrainingProtocol.GenerationStarted(start.Job, start.Generation, hello.Worker, 1, 0, 20));
        worker.FishForMessage<TrainingProtocol.ReportReceived>(_ => true, Patience);
        worker.Send(_jobs, hello with { Job = start.Job, Generation = start.Generation });
    }

    private void Stop()
    {
        Watch(_jobs);
        _jobs.Tell(PoisonPill.Instance);
        ExpectTerminated(_jobs, Patience);
    }

    private JobsProtocol.JobAccepted Submit(string request) =>
        Ask<JobsProtocol.JobAccepted>(new JobsProtocol.SubmitJob(_data.Spec, "job.json", null, request));

    // Also lets the preparation finish before the folder of its data is removed.
    private void AwaitWaiting(JobId job) =>
        AwaitCondition(() => Ask<JobsProtocol.JobStatus>(new JobsProtocol.GetStatus(job)).Status == JobStage.Waiting, Patience,
            TimeSpan.FromMilliseconds(50));

    private T Ask<T>(object question)
    {
        _jobs.Tell(question, TestActor);
        return ExpectMsg<T>(Patience);
    }

    private IActorRef Start() =>
        Sys.ActorOf(Props.Create(() => new JobsActor(_options, _preparations, null, Dial, TimeProvider.System, NullLogger<JobsActor>.Instance)));

    private Task<DialOutcome> Dial(Lease lease)
    {
        var outcome = _ports.GetValueOrDefault(lease.Worker.Value, DialOutcome.Accepted);
        _dialled.Add(lease.Worker.Value);
        return outcome == Unheard ? Task.FromException<DialOutcome>(new InvalidOperationException("no socket")) : Task.FromResult(outcome);
    }
}
