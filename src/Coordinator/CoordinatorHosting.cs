using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Hosting;
using Akka.Cluster.Tools.Client;
using Akka.Configuration;
using Akka.Hosting;
using DistTrain.Coordinator.Jobs;
using DistTrain.Coordinator.Journal;
using DistTrain.Coordinator.Logging;
using DistTrain.Coordinator.Options;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Network;
using DistTrain.Shared.Transfer;
using Microsoft.Extensions.Logging;
using ClusterOptions = DistTrain.Shared.Cluster.ClusterOptions;

namespace DistTrain.Coordinator;

/// <summary>Makes a node a coordinator: the journal, the jobs singleton, the place where clients knock.</summary>
public static class CoordinatorHosting
{
    /// <param name="options">Already checked.</param>
    /// <param name="preparations">Those of the process, which may be this node more than once.</param>
    /// <param name="store">That of the process.</param>
    public static AkkaConfigurationBuilder AddCoordinator(this AkkaConfigurationBuilder akka, CoordinatorOptions options, Preparations preparations,
        JobStore store, TimeProvider clock, ILoggerFactory logs)
    {
        var jobs = Props.Create(() => new JobsActor(
            options, preparations, store, lease => PortDial.Try(lease.Host, lease.DataPort, clock, default), clock, logs.CreateLogger<JobsActor>()));
        var kept = Props.Create(() => new JobsKeeper(jobs, () => JournalCheck.Trouble(options), logs.CreateLogger<JobsKeeper>()));
        return akka
            .WithDistTrainCluster(options.Cluster, NodeRoles.Coordinator, clock, logs)
            .AddHocon(ConfigurationFactory.ParseString(SqlJournal.Hocon(options)), HoconAddMode.Prepend)
            .WithSingleton<JobsActor>(ClusterHosting.JobsName, kept, new ClusterSingletonOptions { Role = NodeRoles.Coordinator })
            .WithActors((system, registry) =>
            {
                ClusterClientReceptionist.Get(system).RegisterService(registry.Get<JobsActor>());
                var members = MembersFile.PathIn(options.State);
                system.ActorOf(Props.Create(() => new MembersFile(members, logs.CreateLogger<MembersFile>())), "members-file");
            })
            .AddStartup((system, _) => Join(system, options, clock, logs.CreateLogger<MembersFile>()));
    }

    /// <summary>Starts the store of a coordinator process.</summary>
    /// <param name="options">Already checked.</param>
    /// <exception cref="IOException">It cannot listen there, or the state folder cannot be written.</exception>
    public static JobStore StartStore(CoordinatorOptions options, TimeProvider clock, ILoggerFactory logs)
    {
        var strangers = new StrangerLog(logs.CreateLogger<JobStore>(), clock);
        return JobStore.Start(options.Cluster.Host, options.StorePort, Path.GetFullPath(options.State),
            trouble => strangers.Write(log => LogMessages.StoreTrouble(log, trouble)), options.Cluster.Bind);
    }

    // The first address is the node's own: only then does Akka start a new cluster when nobody answers. Processes that are gone are left
    // out, so that the start need not wait for them, and has time to wait for those that live.
    private static async Task Join(ActorSystem system, CoordinatorOptions options, TimeProvider clock, ILogger log)
    {
        var cluster = Cluster.Get(system);
        var known = MembersFile.Read(MembersFile.PathIn(options.State)).Except(options.Cluster.SeedAddresses())
            .Where(address => address != cluster.SelfAddress).ToList();
        var outcomes = await Task.WhenAll(known.Select(address => PortDial.Try(address.Host, address.Port ?? 0, clock)));
        var alive = known.Where((_, index) => outcomes[index] == DialOutcome.Accepted).ToList();
        if (alive.Count > 0) LogMessages.RejoiningMembers(log, string.Join(", ", alive));
        cluster.JoinSeedNodes([cluster.SelfAddress, .. options.Cluster.SeedAddresses().Where(seed => seed != cluster.SelfAddress), .. alive]);
    }
}
