using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>The ledger of a job's steps in its journal.</summary>
public sealed partial class JobActorTests
{
    [Fact]
    public void StepsDone_AcknowledgedBeforeTheCoordinatorWasKilled_AreInTheLedgerOnce()
    {
        BeginTraining();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, StepsOf(1, 3)));
        Assert.Empty(Committed());

        Kill();
        _job = Start();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 3, StepsOf(3, 10)));
        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 4, Written(10)));

        Assert.Equal([(1L, 10L)], Committed().Select(steps => (steps.From!.Value, steps.Step)));
    }

    [Fact]
    public void StepsDone_BeforeACheckpoint_StandBeforeIt()
    {
        BeginTraining();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2,
            [.. StepsOf(1, 12).Select(step => step with { Examples = step.Step, ExamplesDigest = uint.MaxValue })]));
        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 3, Written(10)));

        var history = Ask<JobsProtocol.JobHistory>(new JobsProtocol.GetHistory(Some.Id)).Lines;
        Assert.Equal([nameof(JobEvents.StepsCommitted), nameof(JobEvents.CheckpointCommitted)], history.TakeLast(2).Select(line => line.Event));
        var steps = Assert.Single(Committed());
        Assert.Equal((1, 12, 78), (steps.From, steps.Step, steps.Examples));
        Assert.InRange(steps.Digest!.Value, 0, uint.MaxValue);
    }

    [Fact]
    public void StepsDone_BeforeAPause_AreInTheLedgerAndNotAgainWhenTheJobGoesOn()
    {
        BeginTraining();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, StepsOf(1, 3)));
        Ask<JobsProtocol.JobPauseAccepted>(new JobsProtocol.PauseJob(Some.Id, "enough"));
        Kill();
        _job = Start();

        Assert.Equal(JobStage.Paused, Status().Status);
        Assert.Equal([(1L, 3L)], Committed().Select(steps => (steps.From!.Value, steps.Step)));
    }

    [Fact]
    public void StepsDone_WithAMetricsFileThatCannotBeWritten_AreInTheLedgerBeforeTheyAreAcknowledged()
    {
        BeginTraining();
        Directory.CreateDirectory(Path.Combine(_runFolder, MetricsFile.FileName));
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, StepsOf(1, 3)));

        Assert.Equal([(1L, 3L)], Committed().Select(steps => (steps.From!.Value, steps.Step)));
    }

    [Fact]
    public void PhaseFinished_WithAStepWhoseReportWasLost_CountsWhenThatHasCome()
    {
        BeginTraining();
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 2, StepsOf(1, 18)));
        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 4, StepsOf(20, 20)));
        Report(new TrainingProtocol.CheckpointWritten(Some.Id, 1, new("w1"), 5, Written(20)));
        _worker.Send(_job, new TrainingProtocol.PhaseFinished(Some.Id, 1, new("w1"), 6, 20, 1.5, "hash"));
        Report(new TrainingProtocol.GenerationStopped(Some.Id, 1, new("w1"), 7, TrainingProtocol.StopCause.Asked, "The phase is finished."));
        Assert.Equal(JobStage.Training, Status().Status);

        Report(new TrainingProtocol.StepsDone(Some.Id, 1, new("w1"), 3, StepsOf(19, 19)));

        _worker.FishForMessage<TrainingProtocol.ReportReceived>(received => received.Sequence == 6, Patience);
        Assert.Equal(JobStage.Completed, Status().Status);
        Assert.Equal([(1L, 18L), (20, 20), (19, 19)], Committed().Select(steps => (steps.From!.Value, steps.Step)));
    }
}
