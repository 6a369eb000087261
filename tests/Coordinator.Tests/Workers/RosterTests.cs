using Akka.Actor;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Workers;

public class RosterTests
{
    [Fact]
    public void Free_WorkerThatLeaves_IsNotAmongThem() =>
        Assert.Empty(Hear(Roster.Empty, Some.Hello(1) with { IsLeaving = true }).Free(Some.Time));

    [Fact]
    public void Free_SilentWorker_IsNotAmongThem()
    {
        var roster = Hear(Roster.Empty, Some.Hello(1));

        Assert.Single(roster.Free(Some.Time + Roster.Silence - TimeSpan.FromMilliseconds(1)));
        Assert.Empty(roster.Free(Some.Time + Roster.Silence));
    }

    [Fact]
    public void Free_WorkerThatSaysItTrains_IsNotAmongThem() => Assert.Empty(Hear(Roster.Empty, Some.Hello(1, Some.Id, 1)).Free(Some.Time));

    [Fact]
    public void Assign_WorkerNotHeardYet_IsTheJobsWhenItIs()
    {
        var roster = Hear(Roster.Empty.Assign(Some.Id, [new("w1")]), Some.Hello(1));

        Assert.Equal(Some.Id, roster.Find(new("w1"))!.AssignedTo);
        Assert.Empty(roster.Free(Some.Time));
    }

    [Fact]
    public void Heard_AssignedWorkerAgain_StaysAssigned() =>
        Assert.Equal(Some.Id, Hear(Hear(Roster.Empty, Some.Hello(1)).Assign(Some.Id, [new("w1")]), Some.Hello(1)).Find(new("w1"))!.AssignedTo);

    [Fact]
    public void Release_OneJob_FreesItsWorkersOnly()
    {
        var roster = Hear(Hear(Roster.Empty, Some.Hello(1)), Some.Hello(2)).Assign(Some.Id, [new("w1")]).Assign(new("other"), [new("w2")])
            .Release(Some.Id);

        Assert.Equal("w1", roster.Free(Some.Time).Single().Worker.Value);
    }

    [Fact]
    public void Without_AssignedWorker_ForgetsTheAssignmentToo()
    {
        var roster = Hear(Hear(Roster.Empty, Some.Hello(1)).Assign(Some.Id, [new("w1")]).Without(new("w1")), Some.Hello(1));

        Assert.Null(roster.Find(new("w1"))!.AssignedTo);
    }

    [Fact]
    public void Meet_MoreThanAClusterMayHave_AreTurnedAwayUntilOneIsLost()
    {
        var full = Enumerable.Range(0, Limits.Workers).Aggregate(Roster.Empty, (roster, number) => Hear(roster, Some.Hello(number)));
        var actor = new NamedRef("another");

        Assert.Equal(Meeting.TooMany, full.Meet(Some.Hello(Limits.Workers), actor));
        Assert.Equal(Meeting.Rejoins, full.Meet(Some.Hello(0), actor));
        Assert.Equal(Meeting.Joins, full.Without(new("w0")).Meet(Some.Hello(Limits.Workers), actor));
    }

    [Fact]
    public void Meet_EachKindOfHello_IsToldFromTheOthers()
    {
        var (one, other) = (new NamedRef("one"), new NamedRef("other"));
        var roster = Roster.Empty.Heard(Some.Hello(1) with { Incarnation = "a" }, one, Some.Time);
        var replaced = roster.Replace(new("w1")).Heard(Some.Hello(1) with { Incarnation = "b" }, other, Some.Time);

        Assert.Equal(Meeting.Joins, Roster.Empty.Meet(Some.Hello(1) with { Incarnation = "a" }, one));
        Assert.Equal(Meeting.Known, roster.Meet(Some.Hello(1) with { Incarnation = "a" }, one));
        Assert.Equal(Meeting.Rejoins, roster.Meet(Some.Hello(1) with { Incarnation = "a" }, other));
        Assert.Equal(Meeting.StartedAgain, roster.Meet(Some.Hello(1) with { Incarnation = "b" }, other));
        Assert.Equal(Meeting.Replaced, replaced.Meet(Some.Hello(1) with { Incarnation = "a" }, one));
        Assert.Equal(Meeting.Joins, replaced.Without(new("w1")).Meet(Some.Hello(1) with { Incarnation = "a" }, one));
    }

    [Fact]
    public void Replace_AssignedWorker_FreesTheProcessThatComesAfterIt()
    {
        var roster = Hear(Roster.Empty, Some.Hello(1)).Assign(Some.Id, [new("w1")]);

        var after = Hear(roster.Replace(new("w1")), Some.Hello(1) with { Incarnation = "b" });

        Assert.Equal(Some.Id, roster.HolderOf(new("w1")));
        Assert.Null(after.HolderOf(new("w1")));
        Assert.Single(after.Free(Some.Time));
    }

    [Fact]
    public void Describe_AssignedWorker_NamesJobAndSilence()
    {
        var roster = Hear(Roster.Empty, Some.Hello(1)).Assign(Some.Id, [new("w1")]);

        var status = Assert.Single(RosterText.Describe(roster, Some.Time + TimeSpan.FromSeconds(2)).Workers);

        Assert.Equal(new JobsProtocol.WorkerStatus(new("w1"), "a", 1, "cpu", 8, Some.Id, 0, 2), status);
    }

    private sealed class NamedRef(string name) : MinimalActorRef
    {
        public override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / name;

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }

    private static Roster Hear(Roster roster, RosterProtocol.WorkerHello hello) => roster.Heard(hello, ActorRefs.Nobody, Some.Time);
}
