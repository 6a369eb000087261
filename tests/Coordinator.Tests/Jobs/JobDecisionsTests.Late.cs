using DistTrain.Coordinator.Recovery;
using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>What comes again, or late.</summary>
public partial class JobDecisionsTests
{
    [Theory]
    [MemberData(nameof(Reports))]
    public void Decide_TheSameAgain_LeadsToNothing(JobCommand command)
    {
        _job.Obey(command);

        Assert.Empty(_job.Obey(command));
    }

    [Theory]
    [MemberData(nameof(LateReports))]
    public void Decide_OfAnEarlierGeneration_LeadsToNothing(JobCommand command)
    {
        _job.Obey(new JobCommand.EndGeneration(1, Some.Lost));
        _job.Obey(new JobCommand.PlanGeneration(Some.Members));
        _job.Wait(TimeSpan.FromMinutes(1));

        Assert.Empty(_job.Obey(command));
    }

    [Fact]
    public void Decide_ValidationThatComesLate_RanksItsCheckpointAndIsNotTheLast()
    {
        foreach (var step in new[] { 40, 50 }) _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(step)));
        _job.Obey(new JobCommand.NoteValidation(1, Some.Validation(50, loss: 3)));

        Assert.Single(_job.Obey(new JobCommand.NoteValidation(1, Some.Validation(40, loss: 2))));

        Assert.Equal((40L, 3.0), (_job.State.Checkpoints.Best(Some.First)!.Step, _job.State.LastMetrics["loss"]));
    }

    [Fact]
    public void Decide_ValidationOfAJobThatWasCancelledMeanwhile_RanksItsCheckpointWhenItGoesOn()
    {
        _job.Obey(new JobCommand.Cancel("by hand"));
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(40)));

        Assert.IsType<JobEvents.Validated>(Assert.Single(_job.Obey(new JobCommand.NoteValidation(1, Some.Validation(40, loss: 2)))));
        Assert.Empty(_job.Obey(new JobCommand.NoteValidation(1, Some.Validation(40, loss: 2))));
        Assert.Empty(_job.Obey(new JobCommand.NoteValidation(2, Some.Validation(50, loss: 2))));

        Assert.Equal(JobStage.Cancelled, _job.State.Stage);
        Assert.NotNull(_job.State.Checkpoints.ScoreOf(Some.First, 40));
    }

    [Fact]
    public void IsNewest_OfAPhaseThatIsCompleted_NoLonger()
    {
        Assert.Equal((true, false), (_job.State.IsNewest(1), _job.State.IsNewest(2)));
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(100)));
        _job.Obey(new JobCommand.FinishPhase(1, 100, 1));

        Assert.Equal((1, false), (_job.State.Generation, _job.State.IsNewest(1)));
    }

    [Fact]
    public void Decide_CheckpointOfAnEarlierGeneration_IsKept()
    {
        _job.Obey(new JobCommand.EndGeneration(1, Some.Lost));

        Assert.IsType<JobEvents.CheckpointCommitted>(Assert.Single(_job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)))));
        Assert.Equal(Some.Checkpoint(50).Folder, Planned().ResumeFrom);
    }
}
