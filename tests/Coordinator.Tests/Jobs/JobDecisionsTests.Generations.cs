using DistTrain.Coordinator.Recovery;
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
        _job.Obey(new JobCommand.EndGeneration(1, new("Worker w1 is lost.", EndCause.MemberLost, new("w1"))));
        Assert.Equal((JobStage.Waiting, "Worker w1 is lost."), (_job.State.Stage, _job.State.Because));

        var planned = Planned();

        Assert.Equal((2, Some.Checkpoint(60).Folder, 60L), (planned.Generation, planned.ResumeFrom, planned.ResumeStep));
        Assert.Equal(60, _job.State.Step);
    }

    [Fact]
    public void Decide_MembersHoldMoreThanTheCheckpoint_GoesOnFromTheHighestStepHeld()
    {
        Begin();
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        _job.Obey(new JobCommand.EndGeneration(1, new("Worker w1 is lost.", EndCause.MemberLost)));

        var planned = Planned(("w1", Held(1, 73)), ("w2", Held(1, 74)));

        Assert.Equal((2, null, 74L, new WorkerId("w2")), (planned.Generation, planned.ResumeFrom, planned.ResumeStep, planned.Holder!.Value));
    }

    [Fact]
    public void Decide_TheSameStepIsHeldByTwo_TakesTheOneThatIsSettled()
    {
        Begin();
        _job.Obey(new JobCommand.EndGeneration(1, new("lost", EndCause.MemberLost)));
        Assert.Equal(new WorkerId("w2"), Planned(("w1", Held(1, 74) with { IsSettled = false }), ("w2", Held(1, 74))).Holder);
    }

    public static TheoryData<string, RosterProtocol.HeldState> OfNoUse => new()
    {
        { "another job", Held(1, 80) with { Job = new("other") } },
        { "another phase", Held(1, 80) with { PhaseIndex = 1 } },
        { "a generation that is not planned", Held(9, 80) },
        { "less than the checkpoint", Held(1, 49) },
        { "nothing yet", Held(1, 0) },
    };

    [Theory]
    [MemberData(nameof(OfNoUse))]
    public void Decide_WhatIsHeldIsOfNoUse_GoesOnFromTheCheckpoint(string what, RosterProtocol.HeldState held)
    {
        Assert.NotEmpty(what);
        Begin();
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        _job.Obey(new JobCommand.EndGeneration(1, new("lost", EndCause.MemberLost)));
        var planned = Planned(("w1", held));
        Assert.Equal((Some.Checkpoint(50).Folder, null), (planned.ResumeFrom, planned.Holder));
    }

    [Fact]
    public void Decide_HeldFromBeforeTheJobWentBack_IsUndone()
    {
        Begin();
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        _job.Obey(new JobCommand.EndGeneration(1, new("all are lost", EndCause.MemberLost)));
        // Nobody is there who holds anything: back to the checkpoint.
        Assert.Equal(50, Planned().ResumeStep);
        _job.Obey(new JobCommand.NoteStart(2, 50, 100));
        _job.Obey(new JobCommand.EndGeneration(2, new("lost", EndCause.MemberLost)));

        // One comes back with what was undone, another has less of what counts.
        var planned = Planned(("w1", Held(1, 73)), ("w2", Held(2, 60)));

        Assert.Equal((60L, new WorkerId("w2")), (planned.ResumeStep, planned.Holder!.Value));
    }

    [Fact]
    public void Decide_AfterMembersThatDiffered_NothingHeldCounts()
    {
        Begin();
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        _job.Obey(new JobCommand.EndGeneration(1, new("they differ", EndCause.MembersDiffer)));
        Assert.Equal(Some.Checkpoint(50).Folder, Planned(("w1", Held(1, 73))).ResumeFrom);
    }

    [Fact]
    public void Decide_HeldByOneThatWasLeftBehind_StillCounts()
    {
        Begin();
        _job.Obey(new JobCommand.EndGeneration(1, new("lost", EndCause.MemberLost)));
        Planned(("w1", Held(1, 73)));
        _job.Obey(new JobCommand.NoteStart(2, 73, 100));
        _job.Obey(new JobCommand.EndGeneration(2, new("lost", EndCause.MemberLost)));
        Assert.Equal(72, Planned(("w2", Held(1, 72))).ResumeStep);
    }

    [Fact]
    public void Decide_ValidationsBeforeTheStepThatIsHeld_AreNotStoredAgain()
    {
        Begin();
        _job.Obey(new JobCommand.NoteValidation(1, Some.Validation(40, 2)));
        _job.Obey(new JobCommand.NoteValidation(1, Some.Validation(60, 1)));
        _job.Obey(new JobCommand.EndGeneration(1, new("lost", EndCause.MemberLost)));
        Planned(("w1", Held(1, 60)));
        Assert.Empty(_job.Obey(new JobCommand.NoteValidation(2, Some.Validation(60, 1))));
        Assert.Single(_job.Obey(new JobCommand.NoteValidation(2, Some.Validation(80, 1))));
    }

    private void Begin() => _job.Obey(new JobCommand.NoteStart(1, 0, 100));

    private static RosterProtocol.HeldState Held(int generation, long step) => new(Some.Id, 0, generation, step, IsSettled: true, "hash");

    private JobEvents.GenerationPlanned Planned(params (string Worker, RosterProtocol.HeldState Held)[] held) =>
        Assert.IsType<JobEvents.GenerationPlanned>(Assert.Single(_job.Obey(new JobCommand.PlanGeneration(Some.Members,
            held.ToDictionary(each => new WorkerId(each.Worker), each => each.Held)))));

    [Fact]
    public void Decide_TenFruitlessGenerations_PauseTheJob()
    {
        EndGenerations(9);
        Assert.Equal(JobStage.Waiting, _job.State.Stage);

        _job.Obey(new JobCommand.PlanGeneration(Some.Members));
        EndGenerations(1);

        Assert.Equal(JobStage.Paused, _job.State.Stage);
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

        // The first of them had the checkpoint.
        Assert.Equal((JobStage.Waiting, 8), (_job.State.Stage, _job.State.Failures.Fruitless));
    }

    [Fact]
    public void Decide_TheJobsOwnFileIsAtFault_FailsAtOnce()
    {
        var happened = _job.Obey(new JobCommand.EndGeneration(1, new("diverged", EndCause.JobAtFault)));

        Assert.Equal([typeof(JobEvents.GenerationEnded), typeof(JobEvents.JobFailed)], happened.Select(item => item.GetType()));
        Assert.Equal((JobStage.Failed, "diverged"), (_job.State.Stage, _job.State.Because));
    }

    [Fact]
    public void Decide_CheckpointDamaged_NextGenerationGoesOnFromTheOneBefore()
    {
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(60)));
        _job.Obey(new JobCommand.EndGeneration(1, Some.Lost));
        Planned();

        var happened = _job.Obey(new JobCommand.EndGeneration(2, new("damaged", EndCause.CheckpointDamaged)));

        Assert.Equal([typeof(JobEvents.GenerationEnded), typeof(JobEvents.CheckpointLost)], happened.Select(item => item.GetType()));
        Assert.Equal(Some.Checkpoint(50).Folder, Planned().ResumeFrom);
        Assert.True(_job.State.Checkpoints.IsDamaged(Some.Checkpoint(60)));
    }

    [Fact]
    public void Decide_AWorkerIsAtFault_IsLeftOutForAMinute()
    {
        var fault = new WorkerFault(new("w2"), "no disk");

        var happened = _job.Obey(new JobCommand.EndGeneration(1, new("w2: no disk", EndCause.WorkerAtFault, fault.Worker) { Faults = [fault] }));

        Assert.Equal([typeof(JobEvents.GenerationEnded), typeof(JobEvents.WorkerLeftOut)], happened.Select(item => item.GetType()));
        Assert.Equal((JobStage.Waiting, Some.Time + TimeSpan.FromMinutes(1)),
            (_job.State.Stage, _job.State.Failures.LeftOut(Some.Time)[new("w2")]));
    }

    [Fact]
    public void Decide_PausedInTraining_EndsTheGenerationAndGoesOnWhenItIsTakenUp()
    {
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));

        var happened = _job.Obey(new JobCommand.Pause("A user asked for it."));

        var ended = Assert.IsType<JobEvents.GenerationEnded>(happened[0]);
        Assert.Equal(("The job is paused.", EndCause.Asked), (ended.Because, ended.Cause));
        Assert.Equal((JobStage.Paused, "A user asked for it."), (_job.State.Stage, _job.State.Because));
        Assert.Empty(_job.Obey(new JobCommand.Pause("again")));
        Assert.Empty(_job.Obey(new JobCommand.PlanGeneration(Some.Members)));
        _job.Obey(new JobCommand.Resume(Some.Spec, "Asked."));
        Assert.Equal(50, Planned().ResumeStep);
    }

    [Fact]
    public void Decide_NobodyIsLeft_PausesWithWhatEachDid()
    {
        _job.Obey(new JobCommand.EndGeneration(1, new("w2: no disk", EndCause.WorkerAtFault) { Faults = [new(new("w2"), "No disk.")] }));

        _job.Obey(new JobCommand.NobodyLeft());

        Assert.Equal((JobStage.Paused,
                "Every worker there is was at fault. w2: No disk. Mend the cause, then go on with 'disttrain resume toy-1'."),
            (_job.State.Stage, _job.State.Because));
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
