using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Network;

namespace DistTrain.Cli.Nodes;

/// <summary>
/// Whether a node can listen where it is told to. Asked before the actor system starts, which answers with a page of nested exceptions.
/// </summary>
internal static class ListenAddress
{
    /// <summary>Whether the other machines that the options name can reach a node there.</summary>
    /// <exception cref="UsageException">They cannot.</exception>
    public static void RequireReachable(ClusterOptions options)
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address).ToList();
        if (new Reachability(Resolve, own).Problem(options) is { } problem) throw new UsageException(problem);
    }

    /// <param name="host">A name or an address.</param>
    /// <param name="port">0 is always free.</param>
    /// <param name="option">The option of the command line that names the port.</param>
    /// <exception cref="IOException">The address is not one of this machine, or another program listens there.</exception>
    public static void Require(string host, int port, string option)
    {
        if (Refusal(host, port) is { } refusal)
            throw new IOException($"The node cannot listen on {HostPort.Text(host, port)} ({refusal}). Name an address of this machine with --host " +
                $"or --bind, and a free port with {option}.");
    }

    /// <summary>Why nothing can listen there; null when it can.</summary>
    public static string? Refusal(string host, int port)
    {
        try
        {
            var address = IPAddress.TryParse(host, out var literal) ? literal : Dns.GetHostAddresses(host)[0];
            using var probe = new TcpListener(address, port);
            probe.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    private static IReadOnlyList<IPAddress> Resolve(string name)
    {
        try
        {
            return Dns.GetHostAddresses(name);
        }
        catch (SocketException)
        {
            // A name that nobody knows is told of by whoever needs its address.
            return [];
        }
    }
}
