using Akka.Actor;
using Akka.TestKit.Xunit;
using DistTrain.Worker.Reporting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Worker.Tests.Reporting;

/// <summary>The search with a clock of the test; the coordinator at the seed is an actor of this system.</summary>
public sealed class CoordinatorSearchTests : TestKit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new();
    private readonly TaskCompletionSource _rejoined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isCutOff = true;

    public CoordinatorSearchTests()
        : base("akka { loglevel = OFF, stdout-loglevel = OFF }")
    {
    }

    [Fact]
    public async Task CutOff_CoordinatorLivesAtTheSeed_IsJoined()
    {
        StartReceptionist();
        Search();
        _clock.Advance(CoordinatorSearch.RejoinAfter);

        await _rejoined.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Answered_OrCoordinatorInTheCluster_NothingIsLeft()
    {
        var search = Search();
        _clock.Advance(CoordinatorSearch.RejoinAfter);
        search.Tell(CoordinatorSearch.Answered.Instance);
        search.Tell(new ActorIdentity("seed", TestActor));
        await search.Ask<ActorIdentity>(new Identify(1), Patience, TestContext.Current.CancellationToken);
        _isCutOff = false;
        _clock.Advance(CoordinatorSearch.RejoinAfter);
        search.Tell(new ActorIdentity("seed", TestActor));
        await search.Ask<ActorIdentity>(new Identify(2), Patience, TestContext.Current.CancellationToken);

        Assert.False(_rejoined.Task.IsCompleted);
    }

    private IActorRef Search()
    {
        var contact = new CoordinatorContact(_clock.GetUtcNow());
        IReadOnlyList<Address> seeds = [((ExtendedActorSystem)Sys).Provider.DefaultAddress];
        return Sys.ActorOf(Props.Create(() => new CoordinatorSearch(
            contact, seeds, () => _isCutOff, () => _rejoined.TrySetResult(), _clock, NullLogger<CoordinatorSearch>.Instance)));
    }

    private void StartReceptionist() => ((ExtendedActorSystem)Sys).SystemActorOf(Props.Create(() => new Silent()), "receptionist");

    private sealed class Silent : ReceiveActor;
}
