using Akka.Actor;
using DistTrain.Shared.Network;

namespace DistTrain.Shared.Cluster;

/// <summary>Where a node of the cluster listens and whom it asks to join. It belongs to the process, not to a job.</summary>
public sealed record ClusterOptions
{
    /// <summary>Name of the actor system: all nodes of a cluster share it.</summary>
    public const string SystemName = "disttrain";

    /// <summary>The port that a coordinator listens on when none is given.</summary>
    public const int DefaultPort = 4053;

    /// <summary>What the other nodes dial to reach this one; also where it listens, unless <see cref="Bind"/> says otherwise.</summary>
    /// <value>A host name or an IP address, IPv6 with or without brackets. Default: 127.0.0.1, which only this machine reaches.</value>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>
    /// Where to listen when that is another address than others dial: behind a translation of addresses, or on all of the machine's.
    /// </summary>
    /// <value>An IP address of this machine, 0.0.0.0 or ::. Default: null, <see cref="Host"/>.</value>
    public string? Bind { get; init; }

    /// <summary>Where to listen.</summary>
    public string ListenHost => Bind ?? Host;

    /// <summary>Port of the control plane.</summary>
    /// <value>0 to 65535; 0 takes a free one. Default: 0.</value>
    public int Port { get; init; }

    /// <summary>Nodes to ask for the cluster, as <c>host:port</c>, separated by commas.</summary>
    /// <value>Default: none; a coordinator then starts a cluster of its own.</value>
    public string Seeds { get; init; } = "";

    /// <summary>Whatever is wrong with the options, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        if (string.IsNullOrWhiteSpace(Host)) yield return "host is empty. Give the name or address that the other nodes reach this one at.";
        if (HostPort.IsUnspecified(Host))
            yield return $"host is {Host}, which nobody can dial. Give with --host the address that the other nodes reach this one at, and --bind " +
                $"{Host} to listen on all of this machine's.";
        if (Bind is not null && HostPort.AddressOf(Bind) is null)
            yield return $"bind is '{Bind}', which is no IP address. Give one of this machine's, or 0.0.0.0 for all.";
        if (Port is < 0 or > 65535) yield return $"port is {Port}, but must be from 0 to 65535. 0 takes a free port.";
        foreach (var seed in SeedTexts())
            if (!HostPort.TryParse(seed, out _, out _))
                yield return $"seed '{seed}' is not of the form host:port, such as 10.0.0.1:{DefaultPort} or [fd00::1]:{DefaultPort}.";
    }

    /// <summary>The seeds as Akka's addresses.</summary>
    public IEnumerable<Address> SeedAddresses() => Parsed().Select(seed => AddressOf(seed.Host, seed.Port));

    /// <summary>The hosts of the seeds.</summary>
    public IEnumerable<string> SeedHosts() => Parsed().Select(seed => seed.Host);

    /// <summary>The address of a node of this system.</summary>
    public static Address AddressOf(string host, int port) => new("akka.tcp", SystemName, HostPort.Host(host), port);

    private IEnumerable<(string Host, int Port)> Parsed() =>
        SeedTexts().Select(seed => HostPort.TryParse(seed, out var host, out var port) ? (host, port) : throw new FormatException(seed));

    private string[] SeedTexts() => Seeds.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
