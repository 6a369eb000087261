using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Scheduling;

public class GrowthTests
{
    [Fact]
    public void Offered_Workers_AreToldUntilTheyAreReady()
    {
        var (growth, told) = Growth.None.Offered(3, Workers(1, 2));
        Assert.Equal(["w1", "w2"], Names(told));

        (growth, told) = growth.Ready(new("w2")).Offered(3, Workers(1, 2));

        Assert.Equal(["w1"], Names(told));
        Assert.False(growth.AllReady);
        Assert.True(growth.Ready(new("w1")).AllReady);
    }

    [Fact]
    public void AllReady_NobodyIsOffered_IsFalse()
    {
        Assert.False(Growth.None.AllReady);
        var growth = Growth.None.Offered(3, Workers(1)).Growth.Ready(new("w1"));
        Assert.False(growth.Offered(3, []).Growth.AllReady);
    }

    [Fact]
    public void AllReady_OneThatIsGone_IsNotWaitedFor()
    {
        var growth = Growth.None.Offered(3, Workers(1, 2)).Growth.Ready(new("w2"));
        var (left, _) = growth.Offered(3, Workers(2));
        Assert.True(left.AllReady);
        Assert.Equal(["w2"], left.Newcomers.Select(worker => worker.Value));
    }

    [Fact]
    public void Refused_IsAskedNoMoreInThisGeneration()
    {
        var growth = Growth.None.Offered(3, Workers(1, 2)).Growth.Ready(new("w2")).Refused(new("w1"));
        Assert.True(growth.AllReady);
        Assert.Equal(["w2"], growth.Newcomers.Select(worker => worker.Value));
        Assert.Empty(growth.Offered(3, Workers(1, 2)).ToPrepare);
        Assert.Equal(["w1", "w2"], Names(growth.Offered(4, Workers(1, 2)).ToPrepare));
    }

    [Fact]
    public void Refused_ByOneThatWasNotAsked_CountsForNothing() =>
        Assert.Equal(["w9"], Names(Growth.None.Offered(3, Workers(1)).Growth.Refused(new("w9")).Offered(3, Workers(9)).ToPrepare));

    [Fact]
    public void Offered_OfAnotherGeneration_BeginsAnew()
    {
        var ready = Growth.None.Offered(3, Workers(1)).Growth.Ready(new("w1")) with { IsEnding = true };
        var (growth, told) = ready.Offered(4, Workers(1));
        Assert.Equal(["w1"], Names(told));
        Assert.False(growth.IsEnding);
    }

    [Fact]
    public void Ready_OfOneThatWasNotAsked_CountsForNothing() =>
        Assert.False(Growth.None.Offered(3, Workers(1)).Growth.Ready(new("w9")).AllReady);

    private static IEnumerable<RosterEntry> Workers(params int[] numbers) => numbers.Select(number => Some.Worker(number));

    private static IEnumerable<string> Names(IEnumerable<RosterEntry> workers) => workers.Select(worker => worker.Worker.Value);
}
