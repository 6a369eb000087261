using DistTrain.Coordinator.Recovery;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Recovery;

/// <summary>Jobs of failures, without actors: what becomes of a job that fails in this way and that.</summary>
public class FailurePolicyTests
{
    private static readonly WorkerId A = new("w1"), B = new("w2"), C = new("w3");

    private readonly FailureLife _life = new();

    [Fact]
    public void Decide_WorkersAreLostInARowWithoutAStep_WaitsLongerAndLonger()
    {
        var delays = Enumerable.Range(1, 9).Select(_ =>
        {
            _life.Plan();
            return Assert.IsType<FailureDecision.TryAgain>(_life.End(Some.Lost)).After.TotalSeconds;
        });

        Assert.Equal([0, 1, 2, 4, 8, 16, 32, 60, 60], delays);
    }

    [Fact]
    public void Decide_WorkersAreLostAfterSteps_TriesAtOnceEachTime()
    {
        for (var end = 1; end <= 5; end++)
        {
            _life.Plan();
            Assert.Equal(new FailureDecision.TryAgain(TimeSpan.Zero), _life.End(Some.Lost, step: 7));
        }
    }

    [Fact]
    public void Decide_TenGenerationsLeaveTheJobWhereItWas_Pauses()
    {
        for (var end = 1; end <= 9; end++)
        {
            _life.Plan();
            Assert.IsType<FailureDecision.TryAgain>(_life.End(Some.Lost, step: 7));
        }
        _life.Plan();

        Assert.Equal("10 generations in a row ended without a checkpoint; the last one because: lost",
            Assert.IsType<FailureDecision.Pause>(_life.End(Some.Lost, step: 7)).Because);
    }

    [Fact]
    public void Decide_EachGenerationBeginsFurther_NeverPauses()
    {
        for (var end = 1; end <= 30; end++)
        {
            _life.Plan(resumeStep: end);
            Assert.Equal(new FailureDecision.TryAgain(TimeSpan.Zero), _life.End(Some.Lost, step: end + 1));
        }
    }

    [Fact]
    public void Decide_AWorkerIsAtFaultAgainAndAgain_IsLeftOutTwiceAsLongEachTime()
    {
        var minutes = Enumerable.Range(1, 7).Select(_ =>
        {
            _life.Plan();
            return LeftOutFor(_life.End(Fault(A, "no disk")), A);
        });

        Assert.Equal([1, 2, 4, 8, 16, 30, 30], minutes);
    }

    [Fact]
    public void Decide_AWorkerIsAtFaultAfterACheckpointWithIt_CountsAnew()
    {
        _life.Plan();
        _life.End(Fault(A, "no disk"));
        _life.Plan(resumeStep: 0);
        _life.Commit(50);

        Assert.Equal(1, LeftOutFor(_life.End(Fault(A, "no disk")), A));
    }

    [Fact]
    public void Decide_ACheckpointIsToldAfterTheFault_TheWorkerStaysOut()
    {
        _life.Plan();
        _life.End(Fault(A, "no disk"));
        _life.Commit(50);

        Assert.Equal([A], _life.Failures.LeftOut(_life.Now).Keys);
    }

    [Fact]
    public void Decide_ThreeWorkersFailAlike_Pauses()
    {
        _life.Plan();
        Assert.IsType<FailureDecision.LeaveOut>(_life.End(Fault(A, "w1: file 12 is gone")));
        _life.Plan();
        Assert.IsType<FailureDecision.LeaveOut>(_life.End(Fault(B, "w2: file 7 is gone")));
        _life.Plan();

        Assert.Equal("w1, w2, w3 failed alike, so it is not the worker. w3: file 8 is gone",
            Assert.IsType<FailureDecision.Pause>(_life.End(Fault(C, "w3: file 8 is gone"))).Because);
    }

    [Fact]
    public void Decide_ThreeMembersOfOneGenerationFailAlike_Pauses()
    {
        _life.Plan();

        Assert.IsType<FailureDecision.Pause>(_life.End(new("no file", EndCause.WorkerAtFault, A)
        {
            Faults = [new(A, "no file"), new(B, "no file"), new(C, "no file")],
        }));
    }

    [Fact]
    public void Decide_ThreeWorkersFailEachInItsWayOrLongApart_LeavesEachOut()
    {
        foreach (var (worker, because) in new[] { (A, "no disk"), (B, "no memory"), (C, "no device") })
        {
            _life.Plan();
            Assert.IsType<FailureDecision.LeaveOut>(_life.End(Fault(worker, because)));
        }
        _life.Plan(resumeStep: 10);
        Assert.IsType<FailureDecision.LeaveOut>(_life.End(Fault(new("w4"), "no disk")));
        _life.Plan(resumeStep: 20);
        Assert.IsType<FailureDecision.LeaveOut>(_life.End(Fault(new("w5"), "no disk")));
    }

    [Fact]
    public void Decide_TheJobIsAtFault_Fails() => Assert.Equal(
        new FailureDecision.Fail("diverged"), FailurePolicy.Decide(Failures.None, new("diverged", EndCause.JobAtFault), 5, Some.Time));

    [Fact]
    public void Decide_SomebodyAskedForIt_CountsNothing()
    {
        for (var end = 1; end <= 20; end++)
        {
            _life.Plan();
            Assert.Equal(new FailureDecision.TryAgain(TimeSpan.Zero), _life.End(new("changed", EndCause.Asked)));
        }
        Assert.Equal(0, _life.Failures.Fruitless);
    }

    private static GenerationEnd Fault(WorkerId worker, string because) =>
        new(because, EndCause.WorkerAtFault, worker) { Faults = [new(worker, because)] };

    private double LeftOutFor(FailureDecision decision, WorkerId worker) =>
        (Assert.IsType<FailureDecision.LeaveOut>(decision).Workers.Single(left => left.Fault.Worker == worker).Until - _life.Now).TotalMinutes;

    /// <summary>Failures that are folded from what is decided; a second passes with each event.</summary>
    private sealed class FailureLife
    {
        private int _generation;

        public DateTimeOffset Now { get; private set; } = Some.Time;

        public Failures Failures { get; private set; } = Failures.None;

        public void Plan(long resumeStep = 0) => Apply(now => new JobEvents.GenerationPlanned(now, ++_generation, 0,
            [new(A, "a", 1), new(B, "a", 2), new(C, "a", 3)], null, resumeStep));

        public void Commit(long step) => Apply(now => new JobEvents.CheckpointCommitted(now, _generation, Some.Checkpoint(step)));

        public FailureDecision End(GenerationEnd end, long step = 0)
        {
            Now += TimeSpan.FromSeconds(1);
            var decision = FailurePolicy.Decide(Failures, end, step, Now);
            Failures = Failures.Apply(new JobEvents.GenerationEnded(Now, _generation, step, end.Because, end.Cause, end.Worker));
            if (decision is FailureDecision.LeaveOut leave)
                foreach (var (fault, until) in leave.Workers)
                    Failures = Failures.Apply(new JobEvents.WorkerLeftOut(Now, fault.Worker, until, fault.Because));
            return decision;
        }

        private void Apply(Func<DateTimeOffset, JobEvents.IJobEvent> make) => Failures = Failures.Apply(make(Now += TimeSpan.FromSeconds(1)));
    }
}
