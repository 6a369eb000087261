using Akka.Actor;
using Akka.TestKit.Xunit;
using DistTrain.Coordinator.Jobs;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Coordinator.Tests.Jobs;

/// <summary>The keeper over a journal and a jobs actor that the test plays.</summary>
public sealed class JobsKeeperTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JobsProtocol.JobsListed Nothing = new([]);

    private volatile string? _trouble;

    public JobsKeeperTests()
        : base("akka { loglevel = OFF, stdout-loglevel = OFF }")
    {
    }

    [Fact]
    public void Question_JournalCannotBeUsed_IsAnsweredWithTheReasonUntilItCan()
    {
        _trouble = "The journal is locked.";
        var keeper = Start();

        AwaitAssert(() => Assert.Equal(new JobsProtocol.JournalUnavailable("The journal is locked."), Ask(keeper)), Patience);
        _trouble = null;
        AwaitAssert(() => Assert.Equal(Nothing, Ask(keeper)), Patience);
    }

    [Fact]
    public void JobsActor_StopsForItsJournal_StartsAgainWithinSecondsOfTheJournalsReturn()
    {
        var keeper = Start();
        AwaitAssert(() => Assert.Equal(Nothing, Ask(keeper)), Patience);
        _trouble = "The database is not reachable.";
        keeper.Tell(new JobsProtocol.CancelJob(Some.Id, "write"), TestActor);
        AwaitAssert(() => Assert.Equal(new JobsProtocol.JournalUnavailable("The database is not reachable."), Ask(keeper)), Patience);

        _trouble = null;

        AwaitAssert(() => Assert.Equal(Nothing, Ask(keeper)), TimeSpan.FromSeconds(5));
    }

    private object Ask(IActorRef keeper)
    {
        keeper.Tell(new JobsProtocol.ListJobs(), TestActor);
        return ReceiveOne(TimeSpan.FromSeconds(1));
    }

    private IActorRef Start()
    {
        var jobs = Props.Create(() => new Jobs());
        Func<Task<string?>> look = () => Task.FromResult(_trouble);
        return Sys.ActorOf(Props.Create(() => new JobsKeeper(jobs, look, NullLogger<JobsKeeper>.Instance)));
    }

    /// <summary>Answers, and stops when it would have to write.</summary>
    private sealed class Jobs : ReceiveActor
    {
        public Jobs()
        {
            Receive<JobsProtocol.ListJobs>(_ => Sender.Tell(Nothing));
            Receive<JobsProtocol.CancelJob>(_ =>
            {
                Context.Parent.Tell(new JobMessages.JournalFailed("The database is not reachable."));
                Context.Stop(Self);
            });
        }

        protected override void PreStart() => Context.Parent.Tell(new JobMessages.JournalRead());
    }
}
