using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Options;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>One job with a journal in memory, a jobs actor and a worker that the test plays.</summary>
public sealed partial class JobActorTests : TestKit, IClassFixture<TinyData>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TinyData _data;
    private readonly TestProbe _jobs;
    private readonly TestProbe _worker;
    private readonly Preparations _preparations = new();
    private readonly string _runFolder;
    private readonly CoordinatorOptions _options;
    private IActorRef _job;

    public JobActorTests(TinyData data)
        : base("akka { loglevel = OFF, stdout-loglevel = OFF }")
    {
        (_data, _jobs, _worker) = (data, CreateTestProbe(), CreateTestProbe());
        // What the list of jobs is told is JobsActorTests' matter.
        _jobs.IgnoreMessages(message => message is JobMessages.StatusTold or JobMessages.NothingStored);
        _runFolder = Path.Combine(data.Folder, Guid.NewGuid().ToString("N"));
        _options = new() { State = Path.Combine(data.Folder, "state"), Data = data.Folder };
        _job = Start();
    }

    [Fact]
    public void Submit_Stored_IsAnsweredAndASecondTimeFindsTheJob()
    {
        Assert.Equal(new JobsProtocol.JobAccepted(Some.Id, _runFolder, Existing: false), Submit());
        Assert.Equal(new JobsProtocol.JobAccepted(Some.Id, _runFolder, Existing: true), Submit());
        _jobs.ExpectMsg<QueueMessages.WorkersNeeded>(Patience);
    }

    [Fact]
    public void GetStatus_NeverSubmitted_IsUnknown()
    {
        _job.Tell(new JobsProtocol.GetStatus(Some.Id), TestActor);

        ExpectMsg(new JobsProtocol.JobUnknown(Some.Id));
    }

    [Fact]
    public void Reports_FromStartToFinish_CompleteTheJob()
    {
        BeginTraining();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, [Some.Step(1), Some.Step(2)]));
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, [Some.Step(1), Some.Step(2)]));
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 7, StepsOf(3, 20)));
        Report(new TrainingProtocol.Validated(Some.Id, 1, new("w1"), 3, Some.Validation(20, 2)));
        Report(new TrainingProtocol.Validated(Some.Id, 1, new("w1"), 3, Some.Validation(20, 2)));
        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 4, Written(20)));
        _worker.Send(_job, new TrainingProtocol.PhaseFinished(Some.Id, 1, new("w1"), 5, 20, 1.5, "hash"));
        _worker.FishForMessage<TrainingProtocol.StopGeneration>(_ => true, Patience);
        Report(new TrainingProtocol.GenerationStopped(Some.Id, 1, new("w1"), 6, TrainingProtocol.StopCause.Asked, ""));

        _jobs.FishForMessage<QueueMessages.WorkersReleased>(_ => true, Patience);
        var status = Status();
        Assert.Equal((JobStage.Completed, 20L, Checkpoint(20).Folder), (status.Status, status.Step, status.Checkpoint));
        var feed = Ask<JobsProtocol.Feed>(new JobsProtocol.ReadFeed(Some.Id, "", 0));
        Assert.True(feed.Ended);
        Assert.Equal(StepsOf(1, 20).Select(step => step.Step), feed.Items.Where(item => item.Step is not null).Select(item => item.Step!.Step));
        Assert.Single(feed.Items, item => item.Validation is not null);
        Assert.Equal((JobStage.Completed, Path.GetFileName(Checkpoint(20).Folder)), JobResult.Read(_runFolder) is { } result
            ? (result.Status, result.Checkpoint) : default);
    }

    [Fact]
    public void StepsDone_LateOrAgain_StandsInTheMetricsOnceInItsPlace()
    {
        BeginTraining();
        TrainingProtocol.StepsDone[] reports = [new(Some.Id, 1, new("w1"), 2, [Some.Step(1), Some.Step(2)]),
            new(Some.Id, 1, new("w1"), 3, [Some.Step(3)]), new(Some.Id, 1, new("w1"), 4, [Some.Step(4)])];
        foreach (var report in new[] { 0, 2, 1, 2, 1 }) Report(reports[report]);

        Assert.Equal([1L, 2, 3, 4], MetricsFile.Read(_runFolder).Select(line => line.Number));
        Assert.Equal(4, Status().LastStep!.Step);
    }

    [Fact]
    public void WorkersGranted_ForAnEarlierRequest_IsNotCountedOn()
    {
        Submit();
        var before = _jobs.ExpectMsg<QueueMessages.WorkersNeeded>(Patience);
        var longer = JobSpecReader.Read(_data.Spec, "job.json").Spec!;
        longer = longer with { Phases = [longer.Phases[0] with { Steps = 30 }] };
        Ask<JobsProtocol.JobAccepted>(new JobsProtocol.ResumeJob(Some.Id, JobSpecWriter.ToJson(longer), "Asked."));
        var after = _jobs.ExpectMsg<QueueMessages.WorkersNeeded>(Patience);

        _job.Tell(new QueueMessages.WorkersGranted([Some.Worker(2) with { Actor = _worker }], before.Request));
        _job.Tell(new QueueMessages.WorkersGranted([Some.Worker(1) with { Actor = _worker }], after.Request));

        Assert.Equal(["w1"], _worker.ExpectMsg<TrainingProtocol.StartGeneration>(Patience).Members.Select(member => member.Worker.Value));
    }

    [Fact]
    public void DataFailed_OfASpecificationThatIsNoLongerTheJobs_DoesNotFailIt()
    {
        Submit();
        _jobs.ExpectMsg<QueueMessages.WorkersNeeded>(Patience);

        _job.Tell(new JobMessages.DataFailed("no such file", "{}"));

        Assert.Equal(JobStage.Waiting, Status().Status);
    }

    [Fact]
    public void Validated_OfAPhaseThatTheJobDoesNotHave_LeavesItReadable()
    {
        BeginTraining();
        Report(new TrainingProtocol.Validated(Some.Id, 1, new("w1"), 2, Some.Validation(10, 2, "other")));
        Kill();
        _job = Start();

        Assert.Equal(JobStage.Training, Status().Status);
    }

    [Fact]
    public void StepsDone_OfAGenerationThatIsOver_TellsTheWorkerToStop()
    {
        BeginTraining();

        _worker.Send(_job, new TrainingProtocol.StepsDone(Some.Id, 7, new("w1"), 9, [Some.Step(1)]));

        Assert.Equal(7, _worker.ExpectMsg<TrainingProtocol.StopGeneration>(Patience).Generation);
        Assert.Equal(9, _worker.ExpectMsg<TrainingProtocol.ReportReceived>(Patience).Sequence);
    }

    [Fact]
    public void CancelJob_InTraining_StopsTheWorkerAndFreesItWhenItHasStopped()
    {
        BeginTraining();

        Assert.Equal(JobStage.Cancelled, Ask<JobsProtocol.JobCancelAccepted>(new JobsProtocol.CancelJob(Some.Id, "enough")).Status);

        Assert.Equal("enough", _worker.FishForMessage<TrainingProtocol.StopGeneration>(_ => true, Patience).Because);
        Assert.Equal((JobStage.Cancelled, "enough"), (Status().Status, Status().Because));
        // Released before, the worker's death would not reach the generation.
        Assert.False(_jobs.HasMessages);
        Report(new TrainingProtocol.GenerationStopped(Some.Id, 1, new("w1"), 2, TrainingProtocol.StopCause.Asked, "It was told to stop."));
        _jobs.ExpectMsg<QueueMessages.WorkersReleased>(Patience);
    }

    [Fact]
    public void StepsDone_WhoseReportCameAfterTheJobWasCancelled_StandInTheMetricsBeforeTheCheckpointThatItGoesOnFrom()
    {
        BeginTraining();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, [Some.Step(1)]));
        Ask<JobsProtocol.JobCancelAccepted>(new JobsProtocol.CancelJob(Some.Id, "enough"));

        foreach (var _ in new[] { "it comes", "and again" })
            Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 3, [Some.Step(2), Some.Step(3)]));
        Report(new TrainingProtocol.StepsDone(Some.Id, 7, new("w1"), 4, [Some.Step(4)]));
        Assert.Equal(3, Committed().Sum(steps => steps.Step - steps.From!.Value + 1));
        foreach (var _ in new[] { "it comes", "and again" })
            Report(new TrainingProtocol.Validated(Some.Id, 1, new("w1"), 5, Some.Validation(3, loss: 2)));

        var lines = MetricsFile.Read(_runFolder);
        Assert.Equal([(1L, "step"), (2, "step"), (3, "step"), (3, "validation")], lines.Select(line => (line.Number, line.Event)));
        Assert.Single(lines.Where(line => line.Event == MetricsLine.Step).Select(line => (line.Generation, line.Workers)).Distinct());
        Assert.Equal(2, Status().Metrics!["loss"]);
    }

    [Fact]
    public void PhaseFinished_BeforeTheCheckpointOfItsLastStep_CountsWhenThatIsCommitted()
    {
        BeginTraining();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 1, StepsOf(1, 20)));
        _worker.Send(_job, new TrainingProtocol.PhaseFinished(Some.Id, 1, new("w1"), 3, 20, 1.5, "hash"));
        // At once after it, as a worker does: the end of its training is no end of the generation for any other reason.
        Report(new TrainingProtocol.GenerationStopped(Some.Id, 1, new("w1"), 4, TrainingProtocol.StopCause.Asked, "The phase is finished."));
        Assert.Equal((JobStage.Training, 1), (Status().Status, Status().Generation));

        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 2, Written(20)));

        // Acknowledged without being asked again: a worker that starts the next generation has nothing left to report.
        _worker.FishForMessage<TrainingProtocol.ReportReceived>(received => received.Sequence == 3, Patience);
        Assert.Equal((JobStage.Completed, 1), (Status().Status, Status().Generation));
    }

    [Fact]
    public void GenerationStopped_TheRingLacksAMember_NamesItAndTheLastStep()
    {
        BeginTraining();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, [Some.Step(1), Some.Step(7)]));
        Report(new TrainingProtocol.GenerationStopped(Some.Id, 1, new("w1"), 3, TrainingProtocol.StopCause.RingBroken, "The ring broke.",
            new(new("w9"), "closed its link", 6)));

        Assert.Equal(["w1"],
            _jobs.FishForMessage<QueueMessages.WorkersNeeded>(needed => needed.Survivors.Count > 0, Patience)
                .Survivors.Select(worker => worker.Value));
        Assert.Equal((JobStage.Waiting, "Worker 'w9' closed its link.", 7L), (Status().Status, Status().Because, Status().Step));
    }

    private static IReadOnlyList<StepRecord> StepsOf(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(step => Some.Step(step))];

    /// <summary>The ledger, as the job's history tells it.</summary>
    private List<JobEvents.StepsCommitted> Committed() =>
        [.. Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(Some.Id)).Lines.Select(LedgerLines.EventOf).OfType<JobEvents.StepsCommitted>()];

    private CheckpointRecord Checkpoint(long step) =>
        Some.Checkpoint(step) with { Folder = CheckpointFiles.Folder(_runFolder, Some.Checkpoint(step).Phase, step) };

    /// <summary>A checkpoint that lies where it belongs.</summary>
    private CheckpointRecord Written(long step)
    {
        var checkpoint = Checkpoint(step);
        Directory.CreateDirectory(checkpoint.Folder);
        File.WriteAllText(Path.Combine(checkpoint.Folder, CheckpointFiles.Manifest), "{}");
        return checkpoint;
    }

    private void BeginTraining()
    {
        Submit();
        var needed = _jobs.ExpectMsg<QueueMessages.WorkersNeeded>(Patience);
        _job.Tell(new QueueMessages.WorkersGranted([Some.Worker(1) with { Actor = _worker }], needed.Request));
        var start = _worker.ExpectMsg<TrainingProtocol.StartGeneration>(Patience);
        Assert.Equal((1, 0, 8, null), (start.Generation, start.Rank, start.Threads, start.ResumeFrom));
        Report(new TrainingProtocol.GenerationStarted(Some.Id, 1, new("w1"), 1, 0, 20));
    }

    private void Report(TrainingProtocol.IReport report)
    {
        _worker.Send(_job, report);
        _worker.FishForMessage<TrainingProtocol.ReportReceived>(received => received.Sequence == report.Sequence, Patience);
    }

    private void Kill()
    {
        Watch(_job);
        _job.Tell(PoisonPill.Instance);
        ExpectTerminated(_job, Patience);
    }

    private JobsProtocol.JobAccepted Submit() => Ask<JobsProtocol.JobAccepted>(new JobMessages.Submit(_data.Spec, _data.Folder, _runFolder));

    private JobsProtocol.JobStatus Status() =>
        Ask<JobsProtocol.JobStatus>(new JobsProtocol.GetStatus(Some.Id)) with { Seconds = 0, Phases = Array.Empty<JobsProtocol.PhaseReport>() };

    private T Ask<T>(object question)
    {
        _job.Tell(question, TestActor);
        return ExpectMsg<T>(Patience);
    }

    private IActorRef Start() => _jobs.ChildActorOf(Of(), CancellationToken.None);

    private Props Of() => Props.Create(() => new JobActor(Some.Id, _options, _preparations, null, TimeProvider.System, NullLogger.Instance));
}
