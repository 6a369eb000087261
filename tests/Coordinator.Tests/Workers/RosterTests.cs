using Akka.Actor;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Tests.Workers;

public class RosterTests
{
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
        var roster = Hear(Hear(Roster.Empty, Some.Hello(1)), Some.Hello(2)).Assign(Some.Id, [new("w1")]).Assign(new("other"), [new("w2")]).Release(Some.Id);

        Assert.Equal("w1", roster.Free(Some.Time).Single().Worker.Value);
    }

    [Fact]
    public void Without_AssignedWorker_ForgetsTheAssignmentToo()
    {
        var roster = Hear(Hear(Roster.Empty, Some.Hello(1)).Assign(Some.Id, [new("w1")]).Without(new("w1")), Some.Hello(1));

        Assert.Null(roster.Find(new("w1"))!.AssignedTo);
    }

    [Fact]
    public void Describe_AssignedWorker_NamesJobAndSilence()
    {
        var roster = Hear(Roster.Empty, Some.Hello(1)).Assign(Some.Id, [new("w1")]);

        var status = Assert.Single(RosterText.Describe(roster, Some.Time + TimeSpan.FromSeconds(2)).Workers);

        Assert.Equal(new JobsProtocol.WorkerStatus(new("w1"), "a", 1, "cpu", 8, Some.Id, 0, 2), status);
    }

    private static Roster Hear(Roster roster, RosterProtocol.WorkerHello hello) => roster.Heard(hello, ActorRefs.Nobody, Some.Time);
}
