using Akka.Actor;
using Akka.TestKit.Xunit;
using DistTrain.Shared.Wire;
using DistTrain.Worker.Reporting;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Worker.Tests.Reporting;

/// <summary>
/// The search with a clock of the test; the coordinator at the seed is an actor of another system, which the messages reach by the serializers of the
/// nodes.
/// </summary>
public sealed class CoordinatorSearchTests : TestKit
{
    private static readonly string Remoting = $$"""
        akka {
          loglevel = OFF, stdout-loglevel = OFF
          actor.provider = remote
          remote { untrusted-mode = on, trusted-selection-paths = ["/system/receptionist"], dot-netty.tcp { hostname = "127.0.0.1", port = 0 } }
        }
        {{WireSerializer.Hocon}}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _clock = new();
    private readonly TaskCompletionSource _rejoined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ActorSystem _seed = ActorSystem.Create("seed", Remoting);
    private volatile bool _isCutOff = true;

    public CoordinatorSearchTests()
        : base(Remoting)
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
        IReadOnlyList<Address> seeds = [((ExtendedActorSystem)_seed).Provider.DefaultAddress];
        return Sys.ActorOf(Props.Create(() => new CoordinatorSearch(
            contact, seeds, () => _isCutOff, () => _rejoined.TrySetResult(), _clock, NullLogger<CoordinatorSearch>.Instance)));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _seed.Terminate().Wait(Patience);
    }

    private void StartReceptionist() => ((ExtendedActorSystem)_seed).SystemActorOf(Props.Create(() => new Silent()), "receptionist");

    private sealed class Silent : ReceiveActor;
}
