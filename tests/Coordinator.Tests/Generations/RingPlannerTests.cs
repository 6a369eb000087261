using DistTrain.Coordinator.Generations;

namespace DistTrain.Coordinator.Tests.Generations;

public class RingPlannerTests
{
    [Fact]
    public void Order_SeveralHosts_StandTogetherByHostThenName()
    {
        var members = RingPlanner.Order([Some.Worker(3, "b"), Some.Worker(1, "b"), Some.Worker(4, "a"), Some.Worker(2, "a")]);

        Assert.Equal([("w2", "a", 2), ("w4", "a", 4), ("w1", "b", 1), ("w3", "b", 3)],
            members.Select(member => (member.Worker.Value, member.Host, member.Port)));
    }

    [Fact]
    public void ThreadsFor_MembersOfOneHost_ShareItsCores()
    {
        var members = new[] { Some.Worker(1, "a", 8), Some.Worker(2, "a", 8), Some.Worker(3, "a", 8), Some.Worker(4, "b", 8), Some.Worker(5, "c", 1),
            Some.Worker(6, "c", 1) };

        Assert.Equal([2, 2, 2, 8, 1, 1], members.Select(member => RingPlanner.ThreadsFor(member, members)));
    }
}
