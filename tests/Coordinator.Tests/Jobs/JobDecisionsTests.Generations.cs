using DistTrain.Coordinator.Generations;
using System.Diagnostics;
using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>How a job goes on after a generation that did not finish its phase.</summary>
public partial class JobDecisionsTests
{
    [Fact]
    public void Decide_WorkerLost_NextGenerationGoesOnFromTheNewestCheckpoint()
    {
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(60)));
        _job.Obey(new JobCommand.EndGeneration(1, "Worker w1 is lost.", Aftermath.TryAgain));
        Assert.Equal((JobStage.Waiting, "Worker w1 is lost."), (_job.State.Stage, _job.State.Because));

        var planned = Planned();

        Assert.Equal((2, Some.Checkpoint(60).Folder, 60L), (planned.Generation, planned.ResumeFrom, planned.ResumeStep));
        Assert.Equal(60, _job.State.Step);
    }

    [Fact]
    public void Decide_TenFruitlessGenerations_FailTheJob()
    {
        EndGenerations(9);
        Assert.Equal(JobStage.Waiting, _job.State.Stage);

        _job.Obey(new JobCommand.PlanGeneration(Some.Members));
        EndGenerations(1);

        Assert.Equal(JobStage.Failed, _job.State.Stage);
        Assert.StartsWith("10 generations in a row ended without a checkpoint; the last one because: lost", _job.State.Because,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_CheckpointBetweenFruitlessGenerations_CountsAnew()
    {
        EndGenerations(9);
        Planned();
        _job.Obey(new JobCommand.NoteCheckpoint(_job.State.Generation, Some.Checkpoint(50)));

        EndGenerations(9);

        Assert.Equal((JobStage.Waiting, 9), (_job.State.Stage, _job.State.FruitlessGenerations));
    }

    [Fact]
    public void Decide_GenerationThatWouldRepeat_FailsAtOnce()
    {
        var happened = _job.Obey(new JobCommand.EndGeneration(1, "out of memory", Aftermath.Fail));

        Assert.Equal([typeof(JobEvents.GenerationEnded), typeof(JobEvents.JobFailed)], happened.Select(item => item.GetType()));
        Assert.Equal((JobStage.Failed, "out of memory"), (_job.State.Stage, _job.State.Because));
    }

    [Fact]
    public void Decide_CheckpointDamaged_NextGenerationGoesOnFromTheOneBefore()
    {
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(60)));
        _job.Obey(new JobCommand.EndGeneration(1, "lost", Aftermath.TryAgain));
        Planned();

        var happened = _job.Obey(new JobCommand.EndGeneration(2, "damaged", Aftermath.GoFurtherBack));

        Assert.Equal([typeof(JobEvents.GenerationEnded), typeof(JobEvents.CheckpointLost)], happened.Select(item => item.GetType()));
        Assert.Equal(Some.Checkpoint(50).Folder, Planned().ResumeFrom);
        Assert.True(_job.State.Checkpoints.IsDamaged(Some.Checkpoint(60)));
    }

    [Fact]
    public void Decide_WhatThePhaseStartsFromIsDamaged_Fails()
    {
        _job.Obey(new JobCommand.EndGeneration(1, "damaged", Aftermath.GoFurtherBack));

        Assert.Equal(JobStage.Failed, _job.State.Stage);
    }

    [Fact]
    public void Decide_PhaseFinishedWithoutCheckpoint_EndsTheGenerationOnly()
    {
        var happened = _job.Obey(new JobCommand.FinishPhase(1, 100, 1));

        Assert.Contains("was not committed", Assert.IsType<JobEvents.GenerationEnded>(Assert.Single(happened)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_PhaseFinishedButOnlyAnOlderCheckpointIsCommitted_EndsTheGenerationOnly()
    {
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));

        var ended = Assert.IsType<JobEvents.GenerationEnded>(Assert.Single(_job.Obey(new JobCommand.FinishPhase(1, 100, 1))));

        Assert.Equal((100L, "Phase pretrain finished at step 100, but the checkpoint of that step was not committed."), (ended.Step, ended.Because));
        Assert.Equal((Some.Checkpoint(50).Folder, 50L), (Planned().ResumeFrom, _job.State.Step));
    }
}
