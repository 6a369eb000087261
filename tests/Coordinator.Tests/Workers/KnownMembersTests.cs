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
    public void With_MoreThanAreRemembered_ForgetsTheOldestThatAreLost()
    {
        var members = Enumerable.Range(1, KnownMembers.Most).Aggregate(new KnownMembers([]), (members, port) => members.With(At(port)));
        members = new[] { 5, 3, 9 }.Aggregate(members, (members, port) => members.Lost(At(port)));

        var after = members.With(At(1001)).With(At(1002));

        Assert.Equal([.. Enumerable.Range(1, KnownMembers.Most).Except([3, 5]).Select(At), At(1001), At(1002)], after.Addresses);
    }

    [Fact]
    public void With_MoreThanAreRememberedAndAllAlive_ForgetsNone() => Assert.Equal(
        KnownMembers.Most + 3,
        Enumerable.Range(1, KnownMembers.Most + 3).Aggregate(new KnownMembers([]), (members, port) => members.With(At(port))).Addresses.Count);

    [Fact]
    public void Without_OneAddress_LeavesTheOthers() => Assert.Equal([At(2)], new KnownMembers([]).With(At(1)).With(At(2)).Without(At(1)).Addresses);

    private static Akka.Actor.Address At(int port) => ClusterOptions.AddressOf("10.0.0.1", port);
}
