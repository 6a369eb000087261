using System.Net;
using System.Net.Sockets;

namespace DistTrain.TestSupport.Network;

/// <summary>Stands between a server and its clients, and harms what the server sends.</summary>
public sealed class Relay : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private volatile bool _isOff;

    /// <param name="damaged">Counted from the begin of a connection: the byte of which a bit is turned over; -1 for none.</param>
    /// <param name="ends">The byte before which the connection ends; -1 for none.</param>
    public Relay(int port, long damaged = -1, long ends = -1)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        new Thread(() => Accept(port, damaged, ends)) { IsBackground = true }.Start();
    }

    /// <summary>While it is off it closes what comes.</summary>
    public bool IsOff
    {
        get => _isOff;
        set => _isOff = value;
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose() => _listener.Dispose();

    private void Accept(int port, long damaged, long ends)
    {
        try
        {
            while (true)
            {
                var client = _listener.Accept();
                if (IsOff)
                {
                    client.Dispose();
                    continue;
                }
                var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                server.Connect(IPAddress.Loopback, port);
                new Thread(() => Pass(client, server, -1, -1)) { IsBackground = true }.Start();
                new Thread(() => Pass(server, client, damaged, ends)) { IsBackground = true }.Start();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static void Pass(Socket from, Socket to, long damaged, long ends)
    {
        try
        {
            var buffer = new byte[4096];
            for (long passed = 0; from.Receive(buffer) is > 0 and var count; passed += count)
            {
                if (damaged >= passed && damaged < passed + count) buffer[damaged - passed] ^= 4;
                var kept = ends < 0 ? count : (int)Math.Min(count, ends - passed);
                to.Send(buffer.AsSpan(0, kept));
                if (kept < count) break;
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // An end is gone.
        }
    }
}
