using Akka.Actor;
using Akka.Cluster.Tools.Client;
using DistTrain.Cli.Nodes;
using DistTrain.Cli.Terminal;
using DistTrain.Shared;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Client;

/// <summary>Talks to the coordinator of a cluster without joining it.</summary>
public sealed class JobsClient : IAsyncDisposable
{
    /// <summary>
    /// One question is asked again after this long: a coordinator that starts or moves may lose it. Every question can be asked twice.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan JournalRetry = TimeSpan.FromSeconds(1);

    private readonly ActorSystem _system;
    private readonly IActorRef _client;
    private readonly TimeProvider _clock;
    private readonly string _seeds;
    private readonly IReadOnlyList<Address> _addresses;
    private readonly Action<string> _note;

    /// <param name="seeds">Coordinators, as <c>host:port</c>, separated by commas.</param>
    /// <param name="host">This machine's address as the cluster reaches it.</param>
    /// <param name="note">Told, every few seconds, how long no coordinator has answered and what there is in its place.</param>
    public JobsClient(string seeds, TimeProvider clock, string host = "127.0.0.1", Action<string>? note = null)
    {
        if (HostPort.IsUnspecified(host))
            throw new UsageException($"--host is {host}, which nobody can dial. Give the address that the cluster reaches this machine at.");
        var options = new ClusterOptions { Seeds = seeds, Host = host };
        if (options.Problems().ToList() is { Count: > 0 } problems) throw new UsageException(problems);
        if (ListenAddress.Refusal(host, port: 0) is { } refusal)
            throw new UsageException($"--host is {Readable.Line(host)}, which is no address of this machine ({refusal}). Give the address that the " +
                "cluster reaches this machine at.");
        _seeds = seeds;
        _clock = clock;
        _note = note ?? (_ => { });
        _addresses = [.. options.SeedAddresses()];
        _system = ActorSystem.Create("disttrain-client", ClusterHosting.ClientConfig(host));
        var contacts = _addresses.Select(address => (ActorPath)(new RootActorPath(address) / "system" / "receptionist"));
        _client = _system.ActorOf(ClusterClient.Props(ClusterClientSettings.Create(_system).WithInitialContacts([.. contacts])), "client");
    }

    /// <summary>For how long nothing is noted: a coordinator may be starting.</summary>
    /// <value>Default: 5 s.</value>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Asks until there is an answer.</summary>
    /// <param name="deadline">How long at the most.</param>
    /// <exception cref="UnreachableClusterException">No answer came in time.</exception>
    public async Task<JobsProtocol.IAnswer> Ask(JobsProtocol.IQuestion question, TimeSpan deadline, CancellationToken stop)
    {
        var started = _clock.GetTimestamp();
        var waits = false;
        var told = "";
        while (true)
        {
            try
            {
                var answer = await _client.Ask<JobsProtocol.IAnswer>(new ClusterClient.Send(ClusterHosting.JobsProxyPath, question), Patience, stop);
                if (answer is JobsProtocol.JournalUnavailable unable)
                {
                    if (_clock.GetElapsedTime(started) >= deadline) throw new UnreachableClusterException(unable.Because);
                    if (told != unable.Because) _note($"The coordinator cannot answer yet; still asking. {unable.Because}");
                    (told, waits) = (unable.Because, true);
                    await Task.Delay(JournalRetry, _clock, stop);
                    continue;
                }
                if (waits) _note("The coordinator answers.");
                return answer;
            }
            catch (AskTimeoutException)
            {
                // Asked again until the deadline: nothing was answered yet.
                var waited = _clock.GetElapsedTime(started);
                if (waited < Quiet && waited < deadline) continue;
                var findings = await SeedReport.Of(_addresses, _clock, stop);
                if (waited >= deadline)
                    throw new UnreachableClusterException($"No coordinator answered at {_seeds} within {deadline.TotalSeconds:F0} s. {findings}");
                _note($"No coordinator has answered for {waited.TotalSeconds:F0} s; still asking. {findings}");
                waits = true;
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
