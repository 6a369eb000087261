using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;

namespace DistTrain.Coordinator.Tests.Scheduling;

public class GangAllocatorTests
{
    private static readonly WorkerRequest Request = new(Some.Id, MinWorkers: 2, MaxWorkers: 3);

    [Fact]
    public void Decide_FewerThanTheMinimum_WaitsHoweverLong()
    {
        var wait = Assert.IsType<AllocationDecision.Wait>(GangAllocator.Decide(Request, Workers(1), TimeSpan.FromHours(1)));

        Assert.Equal("1 worker is free, 2 needed (resources.min_workers).", wait.Because);
    }

    [Fact]
    public void Decide_BelowTheMaximumAndUnsettled_WaitsForMore()
    {
        var wait =
            Assert.IsType<AllocationDecision.Wait>(GangAllocator.Decide(Request, Workers(2), GangAllocator.Settle - TimeSpan.FromMilliseconds(1)));

        Assert.Equal("2 workers are free, enough to start; waiting a moment for up to 3.", wait.Because);
    }

    [Fact]
    public void Decide_BelowTheMaximumAndSettled_GrantsAll() => Assert.Equal(2, Granted(Workers(2), GangAllocator.Settle).Count);

    [Fact]
    public void Decide_MoreThanTheMaximum_GrantsTheMaximumAtOnce() =>
        Assert.Equal(Workers(3).Select(worker => worker.Worker), Granted(Workers(5), TimeSpan.Zero).Select(worker => worker.Worker));

    [Fact]
    public void Decide_MoreThanTheMaximum_PrefersThoseThatHoldAState()
    {
        var free = Workers(5);
        free[4] = free[4] with { Held = new(Some.Id, 0, 1, 10, IsSettled: true, "hash") };
        free[3] = free[3] with { Held = new(new("other"), 0, 1, 10, IsSettled: true, "hash") };
        Assert.Equal(["w5", "w1", "w2"], Granted(free, TimeSpan.Zero).Select(worker => worker.Worker.Value));
    }

    [Fact]
    public void Decide_DevicesOfTwoKinds_TakesThoseOfOne()
    {
        var free = Workers(5);
        free[1] = free[1] with { Device = "cuda:0" };
        Assert.Equal(["w1", "w3", "w4"], Granted(free, TimeSpan.Zero).Select(worker => worker.Worker.Value));
        free[3] = free[3] with { Device = "cuda:1" };
        Assert.Equal(["w2", "w4"], Granted(free, GangAllocator.Settle).Select(worker => worker.Worker.Value));
        free[0] = free[0] with { Held = new(Some.Id, 0, 1, 10, IsSettled: true, "hash") };
        Assert.Equal(["w1", "w3", "w5"], Granted(free, TimeSpan.Zero).Select(worker => worker.Worker.Value));
    }

    [Fact]
    public void Decide_AllSurvivorsAreFree_GrantsAtOnce() => Assert.IsType<AllocationDecision.Grant>(
        GangAllocator.Decide(Request with { Survivors = [new("w1"), new("w2")] }, Workers(2), TimeSpan.Zero));

    [Fact]
    public void Decide_ASurvivorIsNotFreeYet_WaitsForIt() => Assert.IsType<AllocationDecision.Wait>(
        GangAllocator.Decide(Request with { MinWorkers = 1, Survivors = [new("w1"), new("w2")] }, Workers(1), TimeSpan.Zero));

    private static IReadOnlyList<RosterEntry> Granted(IReadOnlyList<RosterEntry> free, TimeSpan unchangedFor) =>
        Assert.IsType<AllocationDecision.Grant>(GangAllocator.Decide(Request, free, unchangedFor)).Workers;

    private static List<RosterEntry> Workers(int count) => [.. Enumerable.Range(1, count).Select(number => Some.Worker(number))];
}
