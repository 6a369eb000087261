using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Cluster;

namespace DistTrain.Coordinator.Tests.Workers;

public class KnownMembersTests
{
    [Fact]
    public void With_AKnownAddress_IsTheNewestAndThereOnce()
    {
        var members = new KnownMembers([]).With(At(1)).With(At(2)).With(At(1));

        Assert.Equal([At(2), At(1)], members.Addresses);
    }

    [Fact]
    public void With_MoreThanAreRemembered_ForgetsTheOldest()
    {
        var members = Enumerable.Range(1, KnownMembers.Most + 3).Aggregate(new KnownMembers([]), (members, port) => members.With(At(port)));

        Assert.Equal(Enumerable.Range(4, KnownMembers.Most).Select(At), members.Addresses);
    }

    [Fact]
    public void Without_OneAddress_LeavesTheOthers() => Assert.Equal([At(2)], new KnownMembers([]).With(At(1)).With(At(2)).Without(At(1)).Addresses);

    private static Akka.Actor.Address At(int port) => ClusterOptions.AddressOf("10.0.0.1", port);
}
