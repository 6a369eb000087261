using System.Net;
using System.Net.Sockets;

namespace DistTrain.Cli.Nodes;

/// <summary>Whether a node can listen where it is told to. Asked before the actor system starts, which answers with a page of nested exceptions.</summary>
internal static class ListenAddress
{
    /// <param name="host">A name or an address.</param>
    /// <param name="port">0 is always free.</param>
    /// <param name="option">The option of the command line that names the port.</param>
    /// <exception cref="IOException">The address is not one of this machine, or another program listens there.</exception>
    public static void Require(string host, int port, string option)
    {
        try
        {
            var address = IPAddress.TryParse(host, out var literal) ? literal : Dns.GetHostAddresses(host)[0];
            using var probe = new TcpListener(address, port);
            probe.Start();
        }
        catch (SocketException e)
        {
            throw new IOException($"The node cannot listen on {host}:{port} ({e.Message}). Name a host of this machine with --host, and a free port with {option}.", e);
        }
    }
}
