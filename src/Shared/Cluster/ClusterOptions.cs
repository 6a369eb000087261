using Akka.Actor;

namespace DistTrain.Shared.Cluster;

/// <summary>Where a node of the cluster listens and whom it asks to join. It belongs to the process, not to a job.</summary>
public sealed record ClusterOptions
{
    /// <summary>Name of the actor system: all nodes of a cluster share it.</summary>
    public const string SystemName = "disttrain";

    /// <summary>The role that may carry the coordinator singleton.</summary>
    public const string CoordinatorRole = "coordinator";

    public const string WorkerRole = "worker";

    /// <summary>The port that a coordinator listens on when none is given.</summary>
    public const int DefaultPort = 4053;

    /// <summary>Address to bind and to be reached at.</summary>
    /// <value>A host name or an IP address of this machine. Default: 127.0.0.1, which only this machine reaches.</value>
    public string Host { get; init; } = "127.0.0.1";

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
        if (Port is < 0 or > 65535) yield return $"port is {Port}, but must be from 0 to 65535. 0 takes a free port.";
        foreach (var seed in SeedTexts())
            if (!TryParse(seed, out _)) yield return $"seed '{seed}' is not of the form host:port, such as 10.0.0.1:{DefaultPort}.";
    }

    /// <summary>The seeds as Akka's addresses.</summary>
    public IEnumerable<Address> SeedAddresses() => SeedTexts().Select(seed => TryParse(seed, out var address) ? address! : throw new FormatException(seed));

    /// <summary>The address of a node of this system.</summary>
    public static Address AddressOf(string host, int port) => new("akka.tcp", SystemName, host, port);

    private string[] SeedTexts() => Seeds.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool TryParse(string text, out Address? address)
    {
        var colon = text.LastIndexOf(':');
        var good = colon > 0 && int.TryParse(text.AsSpan(colon + 1), out var port) && port is > 0 and < 65536;
        address = good ? AddressOf(text[..colon], int.Parse(text.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture)) : null;
        return good;
    }
}
