using CsCheck;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Workers;

public class LeasesTests
{
    private static readonly WorkerId One = new("w1");
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);

    [Fact]
    public void Look_WorkerHeardAMomentAgo_IsNeitherDialledNorLost()
    {
        var (_, toDial, lost) = Heard().Look(Some.Time + TimeSpan.FromSeconds(1));

        Assert.Empty(toDial);
        Assert.Empty(lost);
    }

    [Fact]
    public void Look_SilentWorker_IsDialledOnceAndLostWhenItsPortIsClosed()
    {
        var (leases, at) = Pass(Heard(), Lease.DialAfter);

        Assert.Empty(leases.Look(at + Tick).ToDial);
        var (after, _, lost) = leases.Answered(One, DialOutcome.Refused).Look(at + Tick);
        Assert.Equal((One, "its process has ended: nothing listens on its data port a:1."), Assert.Single(lost));
        Assert.Empty(after.All);
    }

    [Theory]
    [InlineData(DialOutcome.Unanswered, 15)]
    [InlineData(DialOutcome.Accepted, 60)]
    public void Look_SilentWorkerWhosePortIsNotClosed_IsLostAfterItsTime(DialOutcome outcome, int seconds)
    {
        var (leases, at) = (Heard(), Some.Time);
        while (leases.All.Any())
        {
            at += Tick;
            (leases, var toDial, _) = leases.Look(at);
            if (toDial.Count > 0) leases = leases.Answered(One, outcome);
        }

        Assert.Equal(TimeSpan.FromSeconds(seconds), at - Some.Time);
    }

    [Fact]
    public void Look_HelloAfterTheDial_CountsMoreThanItsAnswer()
    {
        var (leases, at) = Pass(Heard(), Lease.DialAfter);

        leases = leases.Heard(One, "a", 1, at).Answered(One, DialOutcome.Refused);

        Assert.Empty(leases.Look(at + Tick).Lost);
    }

    [Fact]
    public void Look_CoordinatorItselfWasPaused_NobodyIsLost()
    {
        var (leases, _, _) = Heard().Look(Some.Time + Tick);

        var (after, toDial, lost) = leases.Look(Some.Time + TimeSpan.FromMinutes(10));

        Assert.Empty(lost);
        Assert.Empty(toDial);
        Assert.Single(after.All);
    }

    [Fact]
    public void Look_HelloFirstThingAfterAPause_IsSilentFromThenOnAndNoLater()
    {
        var (leases, _, _) = Heard().Look(Some.Time + Tick);
        var back = Some.Time + TimeSpan.FromMinutes(10);

        leases = leases.Heard(One, "a", 1, back).Look(back + Tick).Leases;

        Assert.InRange(Assert.Single(leases.All).LastHeard, back, back + Tick);
    }

    [Fact]
    public void Suspect_WorkerHeardAMomentAgo_IsDialledAtOnce() =>
        Assert.Equal(One, Assert.Single(Heard().Suspect(One).Look(Some.Time + Tick).ToDial).Worker);

    [Fact]
    public void Expect_MemberOfBeforeTheRestart_IsDialledAtOnceAndLostWhenItsProcessIsGone()
    {
        var (leases, toDial, _) = Leases.None.Expect(new(One, "a", 1), Some.Time).Look(Some.Time);

        Assert.Equal(One, Assert.Single(toDial).Worker);
        Assert.Equal(One, Assert.Single(leases.Answered(One, DialOutcome.Refused).Look(Some.Time + Tick).Lost).Worker);
    }

    [Fact]
    public void Look_AnyOrderOfEvents_LosesNobodyWhoIsHeardEverySecond() =>
        Gen.Select(Gen.Int[0, 4].Array[1, 60], Gen.Int[0, 2]).Sample((events, outcome) =>
        {
            var (leases, at) = (Heard(), Some.Time);
            foreach (var happened in events)
            {
                at += Tick;
                leases = leases.Heard(One, "a", 1, at);
                leases = happened switch
                {
                    0 => leases.Suspect(One),
                    1 => leases.Answered(One, (DialOutcome)outcome),
                    2 => leases.Expect(new(One, "b", 2), at),
                    _ => leases,
                };
                (leases, _, var lost) = leases.Look(at + Tick);
                if (lost.Count > 0) return false;
            }
            return true;
        });

    private static Leases Heard() => Leases.None.Heard(One, "a", 1, Some.Time);

    // In the steps in which the coordinator looks.
    private static (Leases Leases, DateTimeOffset At) Pass(Leases leases, TimeSpan time)
    {
        var at = Some.Time;
        while (at - Some.Time < time)
        {
            at += Tick;
            leases = leases.Look(at).Leases;
        }
        return (leases, at);
    }
}
