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
    /// Runs the node. When the cluster has removed it, because it was cut off or left alone, it builds its actor system anew and joins
    /// again: a coordinator finds everything in its journal, and a worker is another member.
    /// </summary>
    /// <param name="name">Names the process in its logs.</param>
    /// <param name="cluster">Where the node listens.</param>
    /// <param name="configure">What the node is.</param>
    /// <param name="before">What has to be there before the actors start.</param>
    /// <returns>0: a node ends when it is told to, and that is no failure.</returns>
    /// <exception cref="IOException">The node cannot listen there.</exception>
    public static async Task<int> Run(
        string name, string logs, ClusterOptions cluster, Action<AkkaConfigurationBuilder, IServiceProvider> configure, Func<IServiceProvider, CancellationToken, Task> before, CancellationToken stop)
    {
        ListenAddress.Require(cluster.Host, cluster.Port, "--port");
        try
        {
            while (await RunOnce(name, logs, configure, before, stop) is CoordinatedShutdown.ClusterDowningReason && !stop.IsCancellationRequested) ;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to end while it was still starting.
        }
        return 0;
    }

    private static async Task<CoordinatedShutdown.Reason?> RunOnce(
        string name, string logs, Action<AkkaConfigurationBuilder, IServiceProvider> configure, Func<IServiceProvider, CancellationToken, Task> before, CancellationToken stop)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddNodeLogging(name, logs);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<ParentWatch>();
        builder.Services.AddAkka(ClusterOptions.SystemName, configure);
        using var host = builder.Build();
        await before(host.Services, stop);
        await host.StartAsync(stop);
        var shutdown = CoordinatedShutdown.Get(host.Services.GetRequiredService<ActorSystem>());
        await host.WaitForShutdownAsync(stop);
        if (shutdown.ShutdownReason is CoordinatedShutdown.ClusterDowningReason)
            Removed(host.Services.GetRequiredService<ILogger<ParentWatch>>(), name);
        return shutdown.ShutdownReason;
    }

    [LoggerMessage(5001, LogLevel.Warning, "The cluster has removed {NodeName}: it was cut off from the others or left alone. It joins again.")]
    private static partial void Removed(ILogger log, string nodeName);
}
