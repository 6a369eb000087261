using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Options;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>How a job's actor goes on after an end; time passes when the test says so.</summary>
public sealed class JobRecoveryTests : TestKit, IClassFixture<TinyData>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new(Some.Time);
    private readonly TinyData _data;
    private readonly TestProbe _jobs;
    private readonly TestProbe _worker;
    private readonly CoordinatorOptions _options;
    private IActorRef _job;
    private int _generation;

    public JobRecoveryTests(TinyData data)
        : base("akka { loglevel = OFF, stdout-loglevel = OFF, scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\" }")
    {
        (_data, _jobs, _worker) = (data, CreateTestProbe(), CreateTestProbe());
        _jobs.IgnoreMessages(message => message is JobMessages.StatusTold or JobMessages.NothingStored);
        _options = new() { State = Path.Combine(data.Folder, "state"), Data = data.Folder };
        _job = Start();
        Ask<JobsProtocol.JobAccepted>(new JobMessages.Submit(_data.Spec, _data.Folder, Path.Combine(data.Folder, Guid.NewGuid().ToString("N"))));
    }

    [Fact]
    public void GenerationStopped_WithoutAStepForTheSecondTime_AsksForWorkersAfterASecond()
    {
        Train();
        Stop(TrainingProtocol.StopCause.Asked, "The worker is ending.");
        Train();
        Stop(TrainingProtocol.StopCause.Asked, "The worker is ending.");
        _jobs.FishForMessage<QueueMessages.WorkersReleased>(_ => true, Patience);
        Assert.Equal((JobStage.Waiting, "It is tried again at 03:04:06 UTC. Worker w1 stopped: The worker is ending."),
            (Status().Status, Status().Because));

        Advance(TimeSpan.FromSeconds(0.9));
        Status();
        Assert.False(_jobs.HasMessages);
        Advance(TimeSpan.FromSeconds(0.1));

        Train();
    }

    [Fact]
    public void GenerationStopped_AWorkerIsAtFault_AsksForOthers()
    {
        Train();
        Stop(TrainingProtocol.StopCause.WorkerAtFault, "No device.");

        var needed = _jobs.FishForMessage<QueueMessages.WorkersNeeded>(_ => true, Patience);

        Assert.Equal(Some.Time + TimeSpan.FromMinutes(1), needed.LeftOut[new("w1")]);
        Assert.Empty(needed.Survivors);
    }

    [Fact]
    public void NobodyLeft_OfThisRequest_PausesUntilItIsTakenUp()
    {
        Train();
        Stop(TrainingProtocol.StopCause.WorkerAtFault, "No device.");
        var needed = _jobs.FishForMessage<QueueMessages.WorkersNeeded>(_ => true, Patience);
        _job.Tell(new QueueMessages.NobodyLeft(needed.Request - 1));
        Assert.Equal(JobStage.Waiting, Status().Status);

        _job.Tell(new QueueMessages.NobodyLeft(needed.Request));

        _jobs.FishForMessage<QueueMessages.WorkersReleased>(_ => true, Patience);
        Assert.Equal(
            (JobStage.Paused, "Every worker there is was at fault. w1: No device. Mend the cause, then go on with 'disttrain resume toy-1'."),
            (Status().Status, Status().Because));
        Assert.True(Ask<JobsProtocol.Feed>(new JobsProtocol.ReadFeed(Some.Id, "", 0)).Ended);

        Watch(_job);
        _job.Tell(PoisonPill.Instance);
        ExpectTerminated(_job, Patience);
        _job = Start();
        Assert.Equal(JobStage.Paused, Status().Status);
        Ask<JobsProtocol.JobAccepted>(new JobsProtocol.ResumeJob(Some.Id, _data.Spec, "Asked."));
        Train();
    }

    [Fact]
    public void DataFailed_TheDiskIsFull_PausesRatherThanFails()
    {
        var failed = Path.Combine(_data.Folder, Guid.NewGuid().ToString("N"));
        var preparations = new Preparations((_, _, _) => throw new IOException("No space left on device : '/runs'.", 28));
        _job = _jobs.ChildActorOf(
            Props.Create(() => new JobActor(new("full-1"), _options, preparations, null, _clock, NullLogger.Instance)), CancellationToken.None);

        Ask<JobsProtocol.JobAccepted>(new JobMessages.Submit(_data.Spec, _data.Folder, failed));

        AwaitCondition(() => Status().Status == JobStage.Paused, Patience, TimeSpan.FromMilliseconds(20));
        Assert.Equal("No space left on device : '/runs'. Free space there, then go on with 'disttrain resume full-1'.", Status().Because);
    }

    [Fact]
    public void PauseJob_InTraining_StopsTheWorkerFreesItAndCanBeCancelled()
    {
        Train();

        Assert.Equal(JobStage.Paused, Ask<JobsProtocol.JobPauseAccepted>(new JobsProtocol.PauseJob(Some.Id, "A user asked for it.")).Status);

        Assert.Equal("A user asked for it.", _worker.FishForMessage<TrainingProtocol.StopGeneration>(_ => true, Patience).Because);
        Stop(TrainingProtocol.StopCause.Asked, "It was told to stop.");
        _jobs.FishForMessage<QueueMessages.WorkersReleased>(_ => true, Patience);
        Assert.Equal((JobStage.Paused, "A user asked for it."), (Status().Status, Status().Because));
        Assert.Equal(JobStage.Cancelled, Ask<JobsProtocol.JobCancelAccepted>(new JobsProtocol.CancelJob(Some.Id, "enough")).Status);
    }

    private void Train()
    {
        var needed = _jobs.FishForMessage<QueueMessages.WorkersNeeded>(_ => true, Patience);
        _job.Tell(new QueueMessages.WorkersGranted([Some.Worker(1) with { Actor = _worker }], needed.Request));
        _generation = _worker.FishForMessage<TrainingProtocol.StartGeneration>(start => start.Generation > _generation, Patience).Generation;
        Report(new TrainingProtocol.GenerationStarted(Some.Id, _generation, new("w1"), 1, 0, 20));
    }

    private void Stop(TrainingProtocol.StopCause cause, string because) =>
        Report(new TrainingProtocol.GenerationStopped(Some.Id, _generation, new("w1"), 9, cause, because));

    private void Report(TrainingProtocol.IReport report)
    {
        _worker.Send(_job, report);
        _worker.FishForMessage<TrainingProtocol.ReportReceived>(
            received => (received.Generation, received.Sequence) == (report.Generation, report.Sequence), Patience);
    }

    private void Advance(TimeSpan time)
    {
        _clock.Advance(time);
        ((TestScheduler)Sys.Scheduler).Advance(time);
    }

    private JobsProtocol.JobStatus Status() => Ask<JobsProtocol.JobStatus>(new JobsProtocol.GetStatus(Some.Id));

    private T Ask<T>(object question)
    {
        _job.Tell(question, TestActor);
        return ExpectMsg<T>(Patience);
    }

    private IActorRef Start()
    {
        var preparations = new Preparations();
        return _jobs.ChildActorOf(
            Props.Create(() => new JobActor(Some.Id, _options, preparations, null, _clock, NullLogger.Instance)), CancellationToken.None);
    }
}
