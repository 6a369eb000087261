using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Hosting;
using DistTrain.Shared;
using DistTrain.Shared.Cluster;
using DistTrain.Worker.Reporting;
using Microsoft.Extensions.Logging;
using ClusterOptions = DistTrain.Shared.Cluster.ClusterOptions;

namespace DistTrain.Worker;

/// <summary>Makes a node a worker: the actor of its process, and the search for a coordinator.</summary>
public static class WorkerHosting
{
    /// <param name="options">Already checked.</param>
    /// <param name="process">Made once; it outlives the actor system.</param>
    public static AkkaConfigurationBuilder AddWorker(
        this AkkaConfigurationBuilder akka, WorkerOptions options, WorkerProcess process, TimeProvider clock, ILoggerFactory logs) => akka
        .WithDistTrainCluster(options.Cluster, NodeRoles.Worker, clock, logs)
        .WithSingletonProxy<JobsSingleton>(ClusterHosting.JobsName, new ClusterSingletonOptions { Role = NodeRoles.Coordinator })
        .WithActors((system, registry) =>
        {
            IReadOnlyList<Address> seeds = [.. options.Cluster.SeedAddresses()];
            var search = system.ActorOf(Props.Create(() => new CoordinatorSearch(
                process.Contact, seeds, () => IsCutOff(system), () => Rejoin(system), clock, logs.CreateLogger<CoordinatorSearch>())), "search");
            var jobs = registry.Get<JobsSingleton>();
            system.ActorOf(Props.Create(() => new WorkerActor(
                process.Identity, process.Session, jobs, search, path => IsCoordinator(system, path.Address), clock,
                logs.CreateLogger<WorkerActor>())), "worker");
        })
        .AddStartup((system, _) => Cluster.Get(system).JoinSeedNodes([.. options.Cluster.SeedAddresses()]));

    private static bool IsCutOff(ActorSystem system)
    {
        var state = Cluster.Get(system).State;
        return state.Members.Count > 0
            && !state.Members.Except(state.Unreachable)
            .Any(member => member.HasRole(NodeRoles.Coordinator) && member.Status is not (MemberStatus.Down or MemberStatus.Removed));
    }

    private static bool IsCoordinator(ActorSystem system, Address address) => Cluster.Get(system).State.Members.Any(
        member => member.Address == address && member.HasRole(NodeRoles.Coordinator)
            && member.Status is not (MemberStatus.Down or MemberStatus.Removed));

    private static void Rejoin(ActorSystem system) => CoordinatedShutdown.Get(system).Run(RejoinReason.Instance);

    /// <summary>Names the proxy in the actor registry; the singleton itself lives in the coordinator.</summary>
    private sealed class JobsSingleton;
}
