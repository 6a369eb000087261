using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Configuration;
using Akka.Hosting;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Network;
using DistTrain.Shared.Wire;
using Microsoft.Extensions.Logging;

namespace DistTrain.Shared.Cluster;

/// <summary>Makes an actor system a node of the cluster: transport, serializer, membership, failure detection, split-brain resolver.</summary>
public static class ClusterHosting
{
    /// <summary>The jobs singleton's name, and the path of the proxy through which each node reaches it.</summary>
    public const string JobsName = "jobs";

    /// <summary>Where clients find the jobs singleton, on each node that may carry it.</summary>
    public const string JobsProxyPath = "/user/jobs-proxy";

    /// <summary>The actors that other processes look for by path: of the cluster, of clients' questions, of the jobs singleton.</summary>
    private static readonly string[] TrustedPaths =
    [
        "/system/cluster/core/daemon", "/system/cluster/heartbeatReceiver", "/system/receptionist", "/system/distributedPubSubMediator",
        $"/user/{JobsName}", $"/user/{JobsName}/{JobsName}", JobsProxyPath,
    ];

    /// <param name="akka">The system's builder.</param>
    /// <param name="options">Where to listen; already checked.</param>
    /// <param name="role"><see cref="NodeRoles.Coordinator"/> or <see cref="NodeRoles.Worker"/>.</param>
    /// <param name="logs">Where the node tells of messages that it refuses.</param>
    public static AkkaConfigurationBuilder WithDistTrainCluster(
        this AkkaConfigurationBuilder akka, ClusterOptions options, string role, TimeProvider clock, ILoggerFactory logs) => akka
        .AddSetup(new RefusedMessages(logs.CreateLogger<RefusedMessages>(), clock))
        .ConfigureLoggers(loggers =>
        {
            loggers.ClearLoggers();
            loggers.AddLoggerFactory();
        })
        .AddHocon(ConfigurationFactory.ParseString(Hocon(options, role)), HoconAddMode.Prepend)
        .AddHocon(ConfigurationFactory.ParseString(WireSerializer.Hocon), HoconAddMode.Prepend)
        // Serializers of the envelopes that client questions travel in; every node may see one.
        .AddHocon(DistributedPubSub.DefaultConfig(), HoconAddMode.Append)
        .AddHocon(ClusterClientReceptionist.DefaultConfig(), HoconAddMode.Append);

    /// <summary>The configuration of a client: it talks to the cluster without being a member.</summary>
    /// <param name="host">The address at which the cluster reaches the client.</param>
    public static Config ClientConfig(string host) => ConfigurationFactory.ParseString(ClientHocon(host))
        .WithFallback(ClusterClientReceptionist.DefaultConfig())
        .WithFallback(DistributedPubSub.DefaultConfig());

    private static string ClientHocon(string host) => $$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          log-dead-letters = off
          actor { provider = remote, default-dispatcher.executor = channel-executor, internal-dispatcher.executor = channel-executor }
          scheduler.tick-duration = 100ms
          remote.default-remote-dispatcher.executor = channel-executor
          # Answers come to references; nobody has to look for an actor of a client.
          remote.untrusted-mode = on
          remote.dot-netty.tcp { hostname = "{{host}}", public-hostname = "{{HostPort.Host(host)}}", port = 0, maximum-frame-size = 4000000b }
          cluster.client { heartbeat-interval = 1s, acceptable-heartbeat-pause = 6s, reconnect-timeout = off, buffer-size = 100
            establishing-get-contacts-interval = 1s, refresh-contacts-interval = 10s }
        }
        {{WireSerializer.Hocon}}
        """;

    private static string Hocon(ClusterOptions options, string role) => $$"""
        akka {
          loglevel = INFO
          stdout-loglevel = ERROR
          stdout-logger-class = "{{typeof(ConsoleErrors).AssemblyQualifiedName}}"
          log-dead-letters = off
          log-dead-letters-during-shutdown = off
          actor {
            provider = cluster
            # On the .NET thread pool, which tensor work never enters: Akka's own pools wait by spinning, on cores that are there to train.
            default-dispatcher { executor = channel-executor }
            internal-dispatcher { executor = channel-executor }
          }
          # No time limit here is below a second. A finer clock only wakes the cores up.
          scheduler.tick-duration = 100ms
          remote {
            # Nobody stops, watches or deploys an actor from outside, and reaches those alone that the conversations need.
            untrusted-mode = on
            trusted-selection-paths = [{{string.Join(", ", TrustedPaths.Select(path => $"\"{path}\""))}}]
            default-remote-dispatcher { executor = channel-executor }
            backoff-remote-dispatcher { executor = channel-executor }
            # Control messages are small; gradients, weights and data never pass here.
            dot-netty.tcp { hostname = "{{options.ListenHost}}", public-hostname = "{{HostPort.Host(options.Host)}}", port = {{options.Port}}, maximum-frame-size = 4000000b, batching.enabled = false }
            watch-failure-detector { heartbeat-interval = 1s, acceptable-heartbeat-pause = 5s }
          }
          cluster {
            roles = ["{{role}}"]
            scheduler.tick-duration = 100ms
            # A dead node is unreachable after about 4 seconds and removed stable-after later.
            failure-detector { heartbeat-interval = 1s, threshold = 12.0, acceptable-heartbeat-pause = 4s }
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
            split-brain-resolver {
              # The side with the oldest node goes on, unless that node is alone: so the loss of the coordinator, often the oldest,
              # leaves the workers training, and the loss of any worker leaves the rest.
              active-strategy = keep-oldest
              stable-after = 5s
              down-all-when-unstable = off
              keep-oldest { down-if-alone = on }
            }
            down-removal-margin = 1s
            # A worker asks its seeds this often; a coordinator waits so long for the others' cluster before it starts one of its own.
            seed-node-timeout = {{(role == NodeRoles.Coordinator ? "5s" : "2s")}}
            retry-unsuccessful-join-after = 2s
            singleton { hand-over-retry-interval = 1s, min-number-of-hand-over-retries = 5 }
            # Reports are repeated until they are acknowledged; buffering them here as well would only deliver them twice.
            singleton-proxy { singleton-identification-interval = 500ms, buffer-size = 0, log-singleton-identification-failure = off }
            # Clients are received, and told of further contacts, where the jobs singleton can be.
            client.receptionist.role = "{{NodeRoles.Coordinator}}"
            pub-sub.role = "{{NodeRoles.Coordinator}}"
          }
          coordinated-shutdown { exit-clr = off, run-by-clr-shutdown-hook = off }
        }
        """;
}
