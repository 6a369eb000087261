using DistTrain.Coordinator.Recovery;
using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>A job that has ended is taken up again: from where, with which changes, and what is refused.</summary>
public partial class JobResumptionTests
{
    [Fact]
    public void Resume_Cancelled_GoesOnInItsPhaseFromItsNewestCheckpoint()
    {
        var life = Trained(40);
        life.Obey(new JobCommand.Cancel("enough"));

        var resumed = Assert.IsType<JobEvents.JobResumed>(Assert.Single(life.Obey(new JobCommand.Resume(Some.Spec, "Asked."))));

        Assert.Equal(("Asked.", 0, false), (resumed.Because, resumed.CompletedPhases, resumed.Prepares));
        Assert.Equal((JobStage.Waiting, 0, 40L, (DateTimeOffset?)null, ""),
            (life.State.Stage, life.State.PhaseIndex, life.State.Step, life.State.EndedAt, life.State.Because));
        var planned = Assert.IsType<JobEvents.GenerationPlanned>(Assert.Single(life.Obey(new JobCommand.PlanGeneration(Some.Members))));
        Assert.Equal((2, Some.Checkpoint(40).Folder, 40L), (planned.Generation, planned.ResumeFrom, planned.ResumeStep));
    }

    [Fact]
    public void Resume_PausedWithAnotherRate_TellsTheChangeAndCountsFailuresAnew()
    {
        var life = Trained(40);
        for (var end = 0; end <= FailurePolicy.MostFruitless; end++)
        {
            life.Obey(new JobCommand.EndGeneration(life.State.Generation, Some.Lost));
            life.Obey(new JobCommand.PlanGeneration(Some.Members));
        }
        Assert.Equal(JobStage.Paused, life.State.Stage);

        life.Obey(new JobCommand.Resume(WithFirst(phase => phase with { Optimizer = phase.Optimizer with { LearningRate = 0.5 } }), "Asked."));

        Assert.Equal("Asked. phases[0].optimizer.learning_rate none -> 0.5.", Assert.IsType<JobEvents.JobResumed>(life.Events[^1]).Because);
        Assert.Equal((0, 0.5), (life.State.Failures.Fruitless, life.State.Phase!.Optimizer.LearningRate));
        Assert.Equal(life.State.Spec, JobSpecReader.Read(life.State.SpecJson, "job.json").Spec);
    }

    [Fact]
    public void Resume_CompletedWithMoreSteps_GoesOnInItsLastPhase()
    {
        var life = Completed();

        life.Obey(new JobCommand.Resume(With(1, phase => phase with { Steps = 80 }), "Asked."));

        Assert.Equal((JobStage.Waiting, 1, 50L, 80L), (life.State.Stage, life.State.PhaseIndex, life.State.Step, life.State.TotalSteps));
        Assert.Equal([Some.First], life.State.CompletedPhases.Select(phase => phase.Name));
        Assert.Equal(Some.Checkpoint(100).Folder, life.State.PhaseStart);
    }

    [Fact]
    public void Resume_CompletedWithAFurtherPhase_PreparesItsDataThenBeginsItFromTheBest()
    {
        var life = Completed();
        var wanted = Some.Spec
            with { Phases = [.. Some.Spec.Phases, new SupervisedPhaseSpec { Name = "more", Data = new() { Train = "c.tsv" }, Steps = 10 }] };

        Assert.True(Assert.IsType<JobEvents.JobResumed>(Assert.Single(life.Obey(new JobCommand.Resume(wanted, "Asked.")))).Prepares);
        Assert.Equal((JobStage.Preparing, 2), (life.State.Stage, life.State.CompletedPhases.Count));
        var started = Assert.IsType<JobEvents.PhaseStarted>(life.Obey(new JobCommand.NoteData(Some.Data))[^1]);

        Assert.Equal((2, "more", Some.Checkpoint(50, Some.Second).Folder), (started.PhaseIndex, started.Phase, started.PhaseStart));
        Assert.Equal(JobStage.Waiting, life.State.Stage);
    }

    [Fact]
    public void Resume_TheDataOfAFurtherPhaseFailed_PreparesThemAndReopensNoPhase()
    {
        var life = Completed();
        var wanted = Some.Spec
            with { Phases = [.. Some.Spec.Phases, new SupervisedPhaseSpec { Name = "more", Data = new() { Train = "c.tsv" }, Steps = 10 }] };
        life.Obey(new JobCommand.Resume(wanted, "Asked."));
        life.Obey(new JobCommand.Fail("c.tsv is not there"));

        Assert.Contains("All phases of job toy-1 are completed", Assert.Single(JobResumption.Of(life.State, Some.Spec).Refusals),
            StringComparison.Ordinal);
        var resumed = Assert.IsType<JobEvents.JobResumed>(Assert.Single(life.Obey(new JobCommand.Resume(wanted, "Again."))));

        Assert.Equal((2, true, JobStage.Preparing), (resumed.CompletedPhases, resumed.Prepares, life.State.Stage));
        Assert.Equal((2, "more"), life.Obey(new JobCommand.NoteData(Some.Data))[^1] is JobEvents.PhaseStarted started
            ? (started.PhaseIndex, started.Phase) : default);
    }

    [Fact]
    public void Resume_TheOtherDataOfALaterPhaseFailed_PreparesThemBeforeItTrains()
    {
        var life = Trained(40);
        life.Obey(new JobCommand.Resume(With(1, phase => phase with { Data = new() { Train = "other.jsonl" } }), "Asked."));
        life.Obey(new JobCommand.Fail("other.jsonl is not there"));

        var resumed = Assert.IsType<JobEvents.JobResumed>(Assert.Single(life.Obey(new JobCommand.Resume(life.State.Spec, "Again."))));

        Assert.Equal((0, true), (resumed.CompletedPhases, resumed.Prepares));
        life.Obey(new JobCommand.NoteData(Some.Data));
        Assert.Equal((JobStage.Waiting, 0, true), (life.State.Stage, life.State.PhaseIndex, life.State.IsPrepared));
    }

    [Fact]
    public void Resume_ChangedAgainWhileOtherDataArePrepared_StillPreparesThem()
    {
        var life = Trained(40);
        life.Obey(new JobCommand.Resume(With(1, phase => phase with { Data = new() { Train = "other.jsonl" } }), "Asked."));
        var more = life.State.Spec with { Phases = [life.State.Spec.Phases[0] with { Steps = 200 }, life.State.Spec.Phases[1]] };

        Assert.True(Assert.IsType<JobEvents.JobResumed>(Assert.Single(life.Obey(new JobCommand.Resume(more, "Asked.")))).Prepares);
        Assert.Equal(JobStage.Preparing, life.State.Stage);
    }

    [Fact]
    public void Of_CompletedWithoutChange_SaysWhatToAskFor()
    {
        var refusal = Assert.Single(JobResumption.Of(Completed().State, Some.Spec).Refusals);

        Assert.Contains("50 steps of its last phase, align, are done. Ask for more of them (--steps N), or for further phases (--job FILE).",
            refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_FailedInPreparation_MayChangeEverythingButTheName()
    {
        var life = new JobLife();
        life.Obey(new JobCommand.Fail("no such file"));
        var wanted = Some.Spec with { Seed = 9, Tokenizer = new() { VocabSize = 300 } };

        Assert.Empty(JobResumption.Of(life.State, wanted).Refusals);
        Assert.StartsWith("name toy -> other: ", Assert.Single(JobResumption.Of(life.State, wanted with { Name = "other" }).Refusals),
            StringComparison.Ordinal);
        life.Obey(new JobCommand.Resume(wanted, "Asked."));
        Assert.Equal(JobStage.Preparing, life.State.Stage);
        Assert.Equal(["DataPrepared", "PhaseStarted"], life.Obey(new JobCommand.NoteData(Some.Data)).Select(happened => happened.GetType().Name));
    }

    [Fact]
    public void Resume_AnotherMetric_ForgetsTheRanking()
    {
        var life = Trained(40);
        life.Obey(new JobCommand.NoteValidation(1, Some.Validation(20, 1)));
        life.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(60)));
        life.Obey(new JobCommand.Cancel("enough"));

        life.Obey(
            new JobCommand.Resume(WithFirst(phase => phase with { Validate = phase.Validate with { Metric = "bleu", Translations = "t.tsv" } }),
                "Asked."));

        Assert.Equal(60, life.State.Checkpoints.Best(Some.First)!.Step);
    }

    [Fact]
    public void Resume_AnotherMetric_RanksByWhatWasMeasured_TheStartToo()
    {
        var life = new JobLife(Some.Spec
            with { Phases = [Some.Spec.Phases[0],
                new SupervisedPhaseSpec { Name = Some.Second, Data = new() { Train = "b.tsv" }, Steps = 50 }] });
        life.Obey(new JobCommand.NoteData(Some.Data));
        life.Obey(new JobCommand.PlanGeneration(Some.Members));
        life.Obey(new JobCommand.NoteStart(1, 0, 100));
        life.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(100)));
        life.Obey(new JobCommand.FinishPhase(1, 100, 1));
        life.Obey(new JobCommand.PlanGeneration(Some.Members));
        foreach (var (step, loss, bleu) in new[] { (0, 3, 30), (20, 2, 25), (40, 1, 20) })
        {
            life.Obey(
                new JobCommand.NoteValidation(2,
                    new(Some.Second, step, new Dictionary<string, double> { ["loss"] = loss, ["bleu"] = bleu }, [], 0.5)));
            if (step > 0) life.Obey(new JobCommand.NoteCheckpoint(2, Some.Checkpoint(step, Some.Second)));
        }
        Assert.Equal(Some.Checkpoint(40, Some.Second).Folder, life.State.Checkpoints.Result(Some.Second));
        life.Obey(new JobCommand.Cancel("enough"));

        var byBleu = life.State.Spec.Phases[1]
            with { Validate = life.State.Spec.Phases[1].Validate with { Metric = "bleu", Translations = "t.tsv" } };
        life.Obey(new JobCommand.Resume(life.State.Spec with { Phases = [life.State.Spec.Phases[0], byBleu] }, "Asked."));

        Assert.Equal(Some.Checkpoint(20, Some.Second).Folder, life.State.Checkpoints.Best(Some.Second)!.Folder);
        Assert.Equal(Some.Checkpoint(100).Folder, life.State.Checkpoints.Result(Some.Second));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Resume_StoppedEarlyWithAFurtherPhase_LeavesThePhaseAsItIs(bool inEpochs)
    {
        PhaseSpec only = new SupervisedPhaseSpec
        {
            Name = Some.First,
            Data = new() { Train = "a.tsv", Validation = "v.tsv" },
            Validate = new() { EverySteps = 10, Patience = 3 },
        };
        only = inEpochs ? only with { Epochs = 9 } : only with { Steps = 100 };
        var life = JobLife.InTraining(Some.Spec with { Phases = [only] });
        life.Obey(new JobCommand.NoteStart(1, 0, 100));
        life.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(40)));
        life.Obey(new JobCommand.FinishPhase(1, 40, 1));
        Assert.True(life.State is { Stage: JobStage.Completed, StoppedEarly: true });
        var wanted = life.State.Spec with { Phases = [only, Some.Spec.Phases[1]] };

        Assert.Contains("would stop again at once", Assert.Single(JobResumption.Of(life.State, life.State.Spec).Refusals), StringComparison.Ordinal);
        var resumed = Assert.IsType<JobEvents.JobResumed>(Assert.Single(life.Obey(new JobCommand.Resume(wanted, "Asked."))));

        Assert.Equal((1, true), (resumed.CompletedPhases, resumed.Prepares));
        Assert.Equal(Some.Checkpoint(40).Folder, Assert.IsType<JobEvents.PhaseStarted>(life.Obey(new JobCommand.NoteData(Some.Data))[^1]).PhaseStart);
    }

    [Fact]
    public void Resume_CheckpointThatWasBeingWrittenWhenTheJobEnded_GoesOnFromIt()
    {
        var life = Cancelled();

        life.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(60)));
        life.Obey(new JobCommand.Resume(life.State.Spec, "Asked."));

        Assert.Equal(60,
            Assert.IsType<JobEvents.GenerationPlanned>(Assert.Single(life.Obey(new JobCommand.PlanGeneration(Some.Members)))).ResumeStep);
        Assert.Empty(Completed().Obey(new JobCommand.NoteCheckpoint(2, Some.Checkpoint(70, Some.Second))));
    }

    [Fact]
    public void Decide_DataThatFailedForAJobInTraining_DoesNotFailIt() => Assert.Empty(Trained(40).Obey(new JobCommand.Fail("late")));

    [Fact]
    public void Resume_ChangedWhileItTrains_EndsTheGenerationFirst()
    {
        var life = Trained(40);

        var happened = life.Obey(new JobCommand.Resume(WithFirst(phase => phase with { Steps = 200 }), "Asked."));

        Assert.Equal(["GenerationEnded", "JobResumed"], happened.Select(one => one.GetType().Name));
        Assert.Equal(JobStage.Waiting, life.State.Stage);
        Assert.Empty(life.Obey(new JobCommand.Resume(life.State.Spec, "Asked.")));
    }

    private static JobLife Trained(long step)
    {
        var life = JobLife.InTraining();
        life.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(step)));
        return life;
    }

    private static JobLife Cancelled()
    {
        var life = Trained(40);
        life.Obey(new JobCommand.Cancel("enough"));
        return life;
    }

    private static JobLife Completed()
    {
        var life = Trained(100);
        life.Obey(new JobCommand.NoteStart(1, 0, 100));
        life.Obey(new JobCommand.FinishPhase(1, 100, 1));
        life.Obey(new JobCommand.PlanGeneration(Some.Members));
        life.Obey(new JobCommand.NoteStart(2, 0, 50));
        life.Obey(new JobCommand.NoteCheckpoint(2, Some.Checkpoint(50, Some.Second)));
        life.Obey(new JobCommand.FinishPhase(2, 50, 1));
        Assert.Equal(JobStage.Completed, life.State.Stage);
        return life;
    }

    private static JobSpec WithFirst(Func<PhaseSpec, PhaseSpec> change) => With(0, change);

    private static JobSpec With(int index, Func<PhaseSpec, PhaseSpec> change) =>
        Some.Spec with { Phases = [.. Some.Spec.Phases.Select((phase, number) => number == index ? change(phase) : phase)] };
}
