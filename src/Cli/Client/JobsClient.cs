using Akka.Actor;
using Akka.Cluster.Tools.Client;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Wire;

namespace DistTrain.Cli.Client;

/// <summary>Talks to the coordinator of a cluster without joining it.</summary>
public sealed class JobsClient : IAsyncDisposable
{
    /// <summary>One question is asked again after this long: a coordinator that starts or moves may lose it. Every question can be asked twice.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ActorSystem _system;
    private readonly IActorRef _client;
    private readonly TimeProvider _clock;
    private readonly string _seeds;

    /// <param name="seeds">Coordinators, as <c>host:port</c>, separated by commas.</param>
    /// <param name="host">This machine's address as the cluster reaches it.</param>
    public JobsClient(string seeds, TimeProvider clock, string host = "127.0.0.1")
    {
        var options = new ClusterOptions { Seeds = seeds };
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new UsageException(problems);
        _seeds = seeds;
        _clock = clock;
        _system = ActorSystem.Create("disttrain-client", ClusterHosting.ClientConfig(host));
        var contacts = options.SeedAddresses().Select(address => (ActorPath)(new RootActorPath(address) / "system" / "receptionist"));
        _client = _system.ActorOf(ClusterClient.Props(ClusterClientSettings.Create(_system).WithInitialContacts([.. contacts])), "client");
    }

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="deadline">How long at the most.</param>
    /// <exception cref="UnreachableClusterException">No answer came in time.</exception>
    public async Task<IWireMessage> Ask(IWireMessage question, TimeSpan deadline, CancellationToken stop)
    {
        var started = _clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await _client.Ask<IWireMessage>(new ClusterClient.Send(ClusterHosting.JobsProxyPath, question), Patience, stop);
            }
            catch (AskTimeoutException) when (_clock.GetElapsedTime(started) < deadline)
            {
                // Asked again: nothing was answered yet.
            }
            catch (AskTimeoutException)
            {
                throw new UnreachableClusterException($"No coordinator answered at {_seeds} within {deadline.TotalSeconds:F0} s. Is one running there? Name it with --seed host:port.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _system.Dispose();
    }
}

/// <summary>No coordinator answers.</summary>
public sealed class UnreachableClusterException(string message) : Exception(message);
