using Akka.Actor;
using Akka.Cluster;
using Akka.Hosting;
using DistTrain.Shared.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DistTrain.Cli.Nodes;

/// <summary>Runs an actor system with its logs until it is told to end.</summary>
internal static partial class NodeHost
{
    /// <summary>
    /// Runs the node. When the cluster has removed it, because it was cut off or left alone, or when it has to join another one, it builds
    /// its actor system anew: a coordinator finds everything in its journal, and what a worker trains goes on meanwhile.
    /// </summary>
    /// <param name="name">Names the process in its logs.</param>
    /// <param name="logs">Of the process, over all of its actor systems.</param>
    /// <param name="cluster">Where the node listens.</param>
    /// <param name="essential">The actor that the node is there for.</param>
    /// <param name="configure">What the node is.</param>
    /// <param name="before">What has to be there before the actors start.</param>
    /// <returns>0 when the node was told to end, which is no failure; 1 when the actor that it is there for has stopped.</returns>
    /// <exception cref="IOException">The node cannot listen there.</exception>
    public static async Task<int> Run(
        string name, ILoggerFactory logs, ClusterOptions cluster, Essential essential, Action<AkkaConfigurationBuilder> configure,
        Func<CancellationToken, Task> before, CancellationToken stop)
    {
        ListenAddress.RequireReachable(cluster);
        ListenAddress.Require(cluster.ListenHost, cluster.Port, "--port");
        var log = logs.CreateLogger(typeof(NodeHost).FullName!);
        try
        {
            while (true)
            {
                var reason = await RunOnce(logs, akka => configure(akka.WithActors((system, _) => Watch(system, essential, name, log))), before,
                    stop);
                if (reason is EssentialActorStopped failure && !stop.IsCancellationRequested) return failure.ExitCode;
                if (stop.IsCancellationRequested || reason is not (CoordinatedShutdown.ClusterDowningReason or RejoinReason)) return 0;
                if (reason is CoordinatedShutdown.ClusterDowningReason) Removed(log, name);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to end while it was still starting.
            return 0;
        }
    }

    private static void Watch(ActorSystem system, Essential essential, string name, ILogger log)
    {
        Action end = () =>
        {
            if (CoordinatedShutdown.Get(system).ShutdownReason is not null) return;
            EssentialStopped(log, name, essential.Path);
            CoordinatedShutdown.Get(system).Run(EssentialActorStopped.Instance);
        };
        system.ActorOf(Props.Create(() => new EssentialActor(essential, end)), "essential");
    }

    private static async Task<CoordinatedShutdown.Reason?> RunOnce(
        ILoggerFactory logs, Action<AkkaConfigurationBuilder> configure, Func<CancellationToken, Task> before, CancellationToken stop)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<ParentWatch>();
        builder.Services.AddAkka(ClusterOptions.SystemName, (akka, _) => configure(akka));
        using var host = builder.Build();
        await before(stop);
        await host.StartAsync(stop);
        var shutdown = CoordinatedShutdown.Get(host.Services.GetRequiredService<ActorSystem>());
        await host.WaitForShutdownAsync(stop);
        return shutdown.ShutdownReason;
    }

    [LoggerMessage(5001, LogLevel.Warning,
        "{NodeName} is no longer in the cluster: it was cut off from the others or left alone. It looks for the cluster, and what it trains " +
        "goes on.")]
    private static partial void Removed(ILogger log, string nodeName);

    [LoggerMessage(5002, LogLevel.Critical,
        "The actor {Path}, which {NodeName} is there for, has stopped for good. The process ends with exit code 1, so that it can be started again.")]
    private static partial void EssentialStopped(ILogger log, string nodeName, string path);
}
