using Akka.Actor;
using Akka.Hosting;
using DistTrain.Cli.Nodes;
using DistTrain.Shared;
using DistTrain.Shared.Cluster;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Cli.Tests.Nodes;

/// <summary>A node whose actor stops for good ends, so that its supervisor starts it again; one whose actor only fails goes on.</summary>
public sealed class EssentialActorTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stop = new(Patience);
    private readonly TaskCompletionSource<IActorRef> _actor = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _stop.Dispose();

    [Fact]
    public async Task Run_ItsActorStops_EndsWithExitCodeOne()
    {
        var node = Run();
        (await _actor.Task.WaitAsync(Patience)).Tell(PoisonPill.Instance);

        Assert.Equal(1, await node.WaitAsync(Patience));
    }

    [Fact]
    public async Task Run_ItsActorFails_GoesOnUntilItIsToldToEnd()
    {
        var node = Run();
        var actor = await _actor.Task.WaitAsync(Patience);
        actor.Tell("fail");
        Assert.Equal("well", await actor.Ask<string>("how are you", Patience));
        await _stop.CancelAsync();

        Assert.Equal(0, await node.WaitAsync(Patience));
    }

    private Task<int> Run()
    {
        var options = new ClusterOptions { Port = 0 };
        return NodeHost.Run("node", NullLoggerFactory.Instance, options, new Essential("/user/worker", FromTheStart: true), akka => akka
            .WithDistTrainCluster(options, NodeRoles.Worker, TimeProvider.System, NullLoggerFactory.Instance)
            .WithActors((system, _) => _actor.SetResult(system.ActorOf(Props.Create(() => new Fragile()), "worker"))), _ => Task.CompletedTask,
            _stop.Token);
    }

    private sealed class Fragile : ReceiveActor
    {
        public Fragile()
        {
            Receive<string>(word => word == "fail", _ => throw new InvalidOperationException("It fails."));
            Receive<string>(_ => Sender.Tell("well"));
        }
    }
}
