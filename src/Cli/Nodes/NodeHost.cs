using Akka.Hosting;
using DistTrain.Shared.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DistTrain.Cli.Nodes;

/// <summary>Runs an actor system with its logs until it is told to end.</summary>
internal static class NodeHost
{
    /// <param name="name">Names the process in its logs.</param>
    /// <param name="configure">What the node is.</param>
    /// <param name="before">What has to be there before the actors start.</param>
    public static async Task<int> Run(
        string name, string logs, Action<AkkaConfigurationBuilder, IServiceProvider> configure, Func<IServiceProvider, CancellationToken, Task> before, CancellationToken stop)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddNodeLogging(name, logs);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddHostedService<ParentWatch>();
        builder.Services.AddAkka(ClusterOptions.SystemName, configure);
        using var host = builder.Build();
        await before(host.Services, stop);
        await host.RunAsync(stop);
        return 0;
    }
}
