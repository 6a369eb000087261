using DistTrain.Coordinator.Recovery;
using System.Diagnostics;
using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Phases.Supervised;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Jobs;

public partial class JobDecisionsTests
{
    private readonly JobLife _job = JobLife.InTraining();

    [Fact]
    public void Decide_TwoPhasesToTheirEnd_CompletesWithTheBestCheckpointOfTheLast()
    {
        _job.Obey(new JobCommand.NoteStart(1, 0, 100));
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        _job.Obey(new JobCommand.NoteValidation(1, Some.Validation(50, loss: 2)));
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(100)));
        _job.Obey(new JobCommand.NoteValidation(1, Some.Validation(100, loss: 3)));
        _job.Obey(new JobCommand.FinishPhase(1, 100, 1.5));
        Assert.Equal((JobStage.Waiting, 1, Some.Checkpoint(50).Folder, 0L),
            (_job.State.Stage, _job.State.PhaseIndex, _job.State.PhaseStart, _job.State.Step));

        _job.Obey(new JobCommand.PlanGeneration(Some.Members));
        _job.Obey(new JobCommand.NoteStart(2, 0, 50));
        _job.Obey(new JobCommand.NoteCheckpoint(2, Some.Checkpoint(50, Some.Second)));
        _job.Obey(new JobCommand.FinishPhase(2, 50, 0.5));

        Assert.Equal(JobStage.Completed, _job.State.Stage);
        Assert.Equal([(Some.First, 100L, 1.5), (Some.Second, 50L, 0.5)],
            _job.State.CompletedPhases.Select(phase => (phase.Name, phase.Steps, phase.Loss)));
        Assert.Equal(Some.Checkpoint(50, Some.Second).Folder, Assert.IsType<JobEvents.JobCompleted>(_job.Events[^1]).Checkpoint);
        Assert.Equal(3, _job.State.CompletedPhases[0].Metrics["loss"]);
        Assert.All(_job.Events.OfType<JobEvents.PhaseCompleted>(), completed => Assert.Null(completed.StoppedEarly));
    }

    [Fact]
    public void Decide_PhaseFinishedWithFewerSteps_IsCompletedAndSaysWhy()
    {
        var spec = Some.Spec
            with { Phases = [Some.Spec.Phases[0]
                with { Data = new() { Train = "a.tsv", Validation = "b.tsv" },
                    Validate = new() { EverySteps = 10, Metric = "bleu", Patience = 3 } }, Some.Spec.Phases[1]] };
        var job = JobLife.InTraining(spec);
        job.Obey(new JobCommand.NoteStart(1, 0, 100));
        foreach (var (step, bleu) in new[] { (10, 20.0), (20, 30.0), (30, 29.0), (40, 30.0), (50, 28.0) })
        {
            job.Obey(
                new JobCommand.NoteValidation(1,
                    Some.Validation(step, loss: 1) with { Metrics = new Dictionary<string, double> { ["bleu"] = bleu } }));
            job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(step)));
        }

        var completed = Assert.IsType<JobEvents.PhaseCompleted>(job.Obey(new JobCommand.FinishPhase(1, 50, 1.5))[0]);

        Assert.Equal("Phase pretrain stopped early at step 50: no better bleu in 3 validations, last loss 1.50; its result is pretrain-40.",
            JobHistoryText.Describe(completed).Text);
        Assert.Equal((50L, 50L), (job.State.CompletedPhases[0].Steps, completed.Steps));
        Assert.Equal((JobStage.Waiting, 1, Some.Checkpoint(40).Folder), (job.State.Stage, job.State.PhaseIndex, job.State.PhaseStart));
    }

    [Theory]
    [InlineData(1, 3999, 0, true)]
    [InlineData(1, 4000, 0, false)]
    [InlineData(1, 3999, 20, false)]
    [InlineData(null, 3999, 0, false)]
    public void Decide_APhaseOfEpochsBeginsThatEndsInItsWarmUp_HistorySaysSoOnce(int? epochs, int steps, int from, bool isSaid)
    {
        var phase = new SupervisedPhaseSpec
        {
            Name = Some.First,
            Data = new() { Train = "a.tsv" },
            Epochs = epochs,
            Steps = epochs is null ? steps : null,
        };
        var life = JobLife.InTraining(new JobSpec { Name = "tiny", Phases = [phase] });

        var line = JobHistoryText.Describe(Assert.Single(life.Obey(new JobCommand.NoteStart(1, from, steps))));

        Assert.Equal(
            $"Generation 1 trains from step {from} to step {steps}." + (isSaid
                ? " Warning: its 1 epochs are 3999 steps, but the warm-up has 4000: the phase ends before the rate reaches its peak. Lower " +
                "optimizer.warmup_steps, or train longer."
                : ""),
            line.Text);
    }

    [Theory]
    [InlineData(0.9, 0.8, "pretrain-100",
        "No checkpoint of phase align is better than its start (loss 0.800 at best, 0.700 at the start): its result is the start.")]
    [InlineData(0.6, 0.8, "align-20",
        "Phase align ended worse than it began (loss 0.800 at the end, 0.700 at the start): its result is an earlier checkpoint.")]
    [InlineData(0.6, double.NaN, "align-20", null)]
    [InlineData(double.NaN, double.NaN, "pretrain-100",
        "No checkpoint of phase align is better than its start (loss of theirs is no number, 0.700 at the start): its result is the start.")]
    [InlineData(0.6, 0.5, "align-50", null)]
    public void Decide_PhaseWithAStart_ResultIsAtLeastTheStartAndHistorySaysSo(double middle, double end, string result, string? sentence)
    {
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(100)));
        _job.Obey(new JobCommand.FinishPhase(1, 100, 1.5));
        _job.Obey(new JobCommand.PlanGeneration(Some.Members));
        _job.Obey(new JobCommand.NoteStart(2, 0, 50));
        _job.Obey(new JobCommand.NoteValidation(2, Some.Validation(0, 0.7, Some.Second)));
        foreach (var (step, loss) in new[] { (20, middle), (50, end) })
        {
            _job.Obey(new JobCommand.NoteValidation(2, Some.Validation(step, loss, Some.Second)));
            _job.Obey(new JobCommand.NoteCheckpoint(2, Some.Checkpoint(step, Some.Second)));
        }

        var happened = _job.Obey(new JobCommand.FinishPhase(2, 50, 0.5));

        var folder = $"/runs/toy-1/checkpoints/{result}";
        var completed = Assert.IsType<JobEvents.PhaseCompleted>(happened[0]);
        Assert.Equal((folder, sentence), (completed.Checkpoint, completed.BesideStart));
        Assert.Equal(folder, Assert.IsType<JobEvents.JobCompleted>(happened[1]).Checkpoint);
        Assert.Equal((folder, sentence), (JobStatusText.Describe(_job.State, "", Some.Time).Checkpoint, _job.State.CompletedPhases[^1].BesideStart));
        Assert.EndsWith(sentence ?? $"its result is {result}.", JobHistoryText.Describe(completed).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_PhaseStoppedEarly_ShowsNoStepsAsLeft()
    {
        _job.Obey(new JobCommand.NoteStart(1, 0, 100));
        _job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(60)));

        var completed = _job.Obey(new JobCommand.FinishPhase(1, 60, 1))[0];

        Assert.Equal((60L, 60L), (JobLife.InTraining().State.Apply(completed).Step, JobLife.InTraining().State.Apply(completed).TotalSteps));
    }

    public static TheoryData<JobCommand> Reports => new()
    {
        new JobCommand.NoteStart(1, 0, 100),
        new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)),
        new JobCommand.NoteValidation(1, Some.Validation(50, loss: 2)),
        new JobCommand.NoteData(Some.Data),
        new JobCommand.PlanGeneration(Some.Members),
    };

    public static TheoryData<JobCommand> LateReports => new()
    {
        new JobCommand.NoteStart(1, 0, 100),
        new JobCommand.NoteSteps(1, [Some.Step(60)]),
        new JobCommand.NoteValidation(1, Some.Validation(60, loss: 1)),
        new JobCommand.EndGeneration(1, new("late", EndCause.JobAtFault)),
        new JobCommand.FinishPhase(1, 100, 1),
    };

    [Fact]
    public void NoteValidation_OfAnotherPhase_LeadsToNothing() =>
        Assert.Empty(_job.Obey(new JobCommand.NoteValidation(1, Some.Validation(50, loss: 2, "other"))));

    [Fact]
    public void Apply_ValidationOfAPhaseThatTheJobDoesNotHave_RanksNothing() =>
        Assert.Equal(_job.State.Checkpoints,
            _job.State.Apply(new JobEvents.Validated(Some.Time, 1, Some.Validation(50, loss: 2, "other"))).Checkpoints);

    [Fact]
    public void Decide_LateCheckpointWhileTheNextGenerationLoads_DropsNotWhatItLoadsUntilItHasStarted()
    {
        var job = JobLife.InTraining(Some.Spec with { Checkpoints = new() { KeepLast = 1, KeepBest = 0 } });
        job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(50)));
        job.Obey(new JobCommand.EndGeneration(1, Some.Lost));
        job.Obey(new JobCommand.PlanGeneration(Some.Members));

        job.Obey(new JobCommand.NoteCheckpoint(1, Some.Checkpoint(60)));
        Assert.Equal([50L, 60], job.State.Checkpoints.Kept.Select(checkpoint => checkpoint.Step));

        job.Obey(new JobCommand.NoteStart(2, 50, 100));
        Assert.Equal([60L], job.State.Checkpoints.Kept.Select(checkpoint => checkpoint.Step));
    }

    [Fact]
    public void Decide_GenerationEnds_TellsTheLastStepThatWasDone()
    {
        var ended = Assert.IsType<JobEvents.GenerationEnded>(
            Assert.Single(_job.Obey(new JobCommand.EndGeneration(1, Some.Lost, StepsDone: 73))));

        Assert.Equal((73L, 73L), (ended.Step, _job.State.Step));
    }

    [Fact]
    public void Decide_Cancelled_LaterCommandsLeadToNothing()
    {
        _job.Obey(new JobCommand.Cancel("changed my mind"));
        Assert.Equal((JobStage.Cancelled, "changed my mind", Some.Time), (_job.State.Stage, _job.State.Because, _job.State.EndedAt));

        Assert.All(
            Reports.Concat(LateReports)
                .Where(row => row.Data is not (JobCommand.NoteCheckpoint or JobCommand.NoteValidation or JobCommand.NoteSteps)),
            row => Assert.Empty(_job.Obey(row.Data)));
        Assert.Empty(_job.Obey(new JobCommand.Cancel("again")));
        Assert.Empty(_job.Obey(new JobCommand.Fail("again")));
    }

    [Fact]
    public void Decide_Steps_AreStoredAtMostEveryFiveSeconds()
    {
        _job.Wait(TimeSpan.FromSeconds(4.9));
        Assert.Empty(_job.Obey(new JobCommand.NoteSteps(1, [Some.Step(1), Some.Step(2)])));
        _job.Wait(TimeSpan.FromSeconds(0.1));
        Assert.Equal(4,
            Assert.IsType<JobEvents.StepsCommitted>(Assert.Single(_job.Obey(new JobCommand.NoteSteps(1, [Some.Step(3), Some.Step(4)])))).Step);
        Assert.Empty(_job.Obey(new JobCommand.NoteSteps(1, [Some.Step(5)])));
        Assert.Single(_job.Obey(new JobCommand.NoteSteps(1, [Some.Step(5)], AtOnce: true)));
        _job.Wait(TimeSpan.FromSeconds(5));
        Assert.Empty(_job.Obey(new JobCommand.NoteSteps(1, [Some.Step(4)])));
        Assert.Empty(_job.Obey(new JobCommand.NoteSteps(1, [])));
        Assert.Single(_job.Obey(new JobCommand.NoteSteps(1, [Some.Step(6)])));
    }

    [Fact]
    public void Decide_UnknownCommand_Throws() => Assert.Throws<UnreachableException>(() => _job.Obey(new UnknownCommand()));

    [Fact]
    public void Apply_UnknownEvent_Throws() => Assert.Throws<UnreachableException>(() => _job.State.Apply(new UnknownEvent(Some.Time)));

    private void EndGenerations(int count)
    {
        for (var i = 0; i < count; i++)
        {
            _job.Obey(new JobCommand.PlanGeneration(Some.Members));
            _job.Obey(new JobCommand.EndGeneration(_job.State.Generation, Some.Lost));
        }
    }

    private sealed record UnknownCommand : JobCommand;

    private sealed record UnknownEvent(DateTimeOffset At) : JobEvents.IJobEvent;
}
