using Akka;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging;
using ClusterOptions = DistTrain.Shared.Cluster.ClusterOptions;

namespace DistTrain.Worker;

/// <summary>Makes a node a worker: its data plane, its training thread, its actor.</summary>
public static class WorkerHosting
{
    /// <summary>A node that ends waits so long for the step under way. Less than Akka's and the host's patience with the whole.</summary>
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(20);

    /// <param name="options">Already checked, with a name and the name of a device that is there.</param>
    public static AkkaConfigurationBuilder AddWorker(this AkkaConfigurationBuilder akka, WorkerOptions options, TimeProvider clock, ILoggerFactory logs) => akka
        .WithDistTrainCluster(options.Cluster, ClusterOptions.WorkerRole)
        .WithSingletonProxy<JobsSingleton>(ClusterHosting.JobsName, new ClusterSingletonOptions { Role = ClusterOptions.CoordinatorRole })
        .WithActors((system, registry) =>
        {
            var listener = DataPlaneListener.Start(options.Cluster.Host, options.DataPort, log: logs.CreateLogger<DataPlaneListener>());
            var me = new WorkerIdentity(new WorkerId(options.Name!), listener.Host, listener.Port, options.Device, Environment.ProcessorCount);
            var trainer = new Trainer(listener, new TrainingOptions { Threads = options.Threads, Device = options.Device }, clock, logs.CreateLogger<Trainer>());
            var thread = new TrainingThread(trainer, logs.CreateLogger<TrainingThread>());
            CoordinatedShutdown.Get(system).AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "end-training", () => End(thread, listener, clock, logs));
            system.ActorOf(Props.Create(() => new WorkerActor(me, thread, registry.Get<JobsSingleton>(), logs.CreateLogger<WorkerActor>())), "worker");
        })
        .AddStartup((system, _) => Cluster.Get(system).JoinSeedNodes([.. options.Cluster.SeedAddresses()]));

    private static async Task<Done> End(TrainingThread thread, DataPlaneListener listener, TimeProvider clock, ILoggerFactory logs)
    {
        try
        {
            await thread.End().WaitAsync(EndPatience, clock);
        }
        catch (TimeoutException)
        {
            LogMessages.TrainingDidNotEnd(logs.CreateLogger<TrainingThread>(), EndPatience.TotalSeconds);
        }
        listener.Dispose();
        return Done.Instance;
    }

    /// <summary>Names the proxy in the actor registry; the singleton itself lives in the coordinator.</summary>
    private sealed class JobsSingleton;
}
