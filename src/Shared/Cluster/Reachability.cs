using System.Net;
using DistTrain.Shared.Network;

namespace DistTrain.Shared.Cluster;

/// <summary>Whether the other machines that a node names can reach it at the host that it names for itself.</summary>
/// <param name="resolve">The addresses of a name; none when it is not known.</param>
/// <param name="own">Every address of this machine.</param>
public sealed class Reachability(Func<string, IReadOnlyList<IPAddress>> resolve, IReadOnlyCollection<IPAddress> own)
{
    private const string Local = "localhost";

    /// <summary>What is wrong with the host, as a sentence with the remedy; null when nothing is.</summary>
    public string? Problem(ClusterOptions options)
    {
        var addresses = AddressesOf(options.Host);
        if (addresses.Count == 0 || !addresses.All(IPAddress.IsLoopback)) return null;
        if (HostPort.AddressOf(options.Host) is null && options.Host != Local)
            return $"host is {options.Host}, which this machine takes for {addresses[0]}: only itself reaches that. Give with --host the address " +
                "that the other machines reach it at, or 127.0.0.1 when there are none.";
        return options.SeedHosts().FirstOrDefault(IsElsewhere) is { } seed
            ? $"host is {options.Host}, which only this machine reaches, but the seed {seed} is another machine. Give with --host the address that " +
            "it reaches this one at."
            : null;
    }

    private bool IsElsewhere(string seed) =>
        AddressesOf(seed) is { Count: > 0 } addresses && !addresses.Any(address => IPAddress.IsLoopback(address) || own.Contains(address));

    private IReadOnlyList<IPAddress> AddressesOf(string host) => HostPort.AddressOf(host) is { } address ? [address] : resolve(host);
}
