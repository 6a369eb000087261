using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Scheduling;

public class GrowthTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public void Offered_Workers_AreToldUntilTheyAreReady()
    {
        var (growth, told) = Growth.None.Offered(3, Workers(1, 2), Some.Time);
        Assert.Equal(["w1", "w2"], Names(told));

        (growth, told) = growth.Ready(new("w2")).Offered(3, Workers(1, 2), Some.Time);

        Assert.Equal(["w1"], Names(told));
        Assert.False(growth.AllReady(Some.Time, Patience));
        Assert.True(growth.Ready(new("w1")).AllReady(Some.Time, Patience));
    }

    [Fact]
    public void AllReady_NobodyIsOffered_IsFalse()
    {
        Assert.False(Growth.None.AllReady(Some.Time, Patience));
        var growth = Growth.None.Offered(3, Workers(1), Some.Time).Growth.Ready(new("w1"));
        Assert.False(growth.Offered(3, [], Some.Time).Growth.AllReady(Some.Time, Patience));
    }

    [Fact]
    public void AllReady_OneThatIsGone_IsNotWaitedFor()
    {
        var growth = Growth.None.Offered(3, Workers(1, 2), Some.Time).Growth.Ready(new("w2"));
        var (left, _) = growth.Offered(3, Workers(2), Some.Time);
        Assert.True(left.AllReady(Some.Time, Patience));
        Assert.Equal(["w2"], left.Newcomers.Select(worker => worker.Value));
    }

    [Theory]
    [InlineData(9.9, false)]
    [InlineData(10, true)]
    public void AllReady_OneThatDoesNotAnswer_IsWaitedForSoLong(double seconds, bool expected)
    {
        var growth = Growth.None.Offered(3, Workers(1), Some.Time).Growth;
        growth = growth.Offered(3, Workers(1), Some.Time.AddSeconds(5)).Growth;
        Assert.Equal(expected, growth.AllReady(Some.Time.AddSeconds(seconds), Patience));
    }

    [Fact]
    public void Refused_IsAskedNoMoreInThisGeneration()
    {
        var growth = Growth.None.Offered(3, Workers(1, 2), Some.Time).Growth.Ready(new("w2")).Refused(new("w1"));
        Assert.True(growth.AllReady(Some.Time, Patience));
        Assert.Equal(["w2"], growth.Newcomers.Select(worker => worker.Value));
        Assert.Empty(growth.Offered(3, Workers(1, 2), Some.Time).ToPrepare);
        Assert.Equal(["w1", "w2"], Names(growth.Offered(4, Workers(1, 2), Some.Time).ToPrepare));
    }

    [Fact]
    public void Offered_OfAnotherGeneration_BeginsAnew()
    {
        var ready = Growth.None.Offered(3, Workers(1), Some.Time).Growth.Ready(new("w1")) with { IsEnding = true };
        var (growth, told) = ready.Offered(4, Workers(1), Some.Time);
        Assert.Equal(["w1"], Names(told));
        Assert.False(growth.IsEnding);
    }

    [Fact]
    public void Ready_OfOneThatWasNotAsked_CountsForNothing() =>
        Assert.False(Growth.None.Offered(3, Workers(1), Some.Time).Growth.Ready(new("w9")).AllReady(Some.Time, Patience));

    private static IEnumerable<RosterEntry> Workers(params int[] numbers) => numbers.Select(number => Some.Worker(number));

    private static IEnumerable<string> Names(IEnumerable<RosterEntry> workers) => workers.Select(worker => worker.Worker.Value);
}
