using System.Net;
using System.Net.Sockets;
using DistTrain.Shared.Cluster;

namespace DistTrain.Cli.Nodes;

/// <summary>Whether a node can listen where it is told to. Asked before the actor system starts, which answers with a page of nested exceptions.</summary>
internal static class ListenAddress
{
    /// <exception cref="IOException">The address is not one of this machine, or another program listens there.</exception>
    public static void Require(ClusterOptions cluster)
    {
        try
        {
            var address = IPAddress.TryParse(cluster.Host, out var literal) ? literal : Dns.GetHostAddresses(cluster.Host)[0];
            using var probe = new TcpListener(address, cluster.Port);
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new IOException($"The node cannot listen on {cluster.Host}:{cluster.Port} ({e.Message}). Name a host of this machine with --host, and a free port with --port.", e);
        }
    }
}
