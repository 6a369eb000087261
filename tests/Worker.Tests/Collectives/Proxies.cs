using System.Net;
using System.Net.Sockets;

namespace DistTrain.Worker.Tests.Collectives;

/// <summary>Relays in front of members' ports. The first of them turns one bit over, at a byte counted from the link's begin.</summary>
internal sealed class Proxies(int damagedByte) : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public int InFrontOf(int port)
    {
        var listener = Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var damages = _sockets.Count == 1;
        new Thread(() =>
        {
            var from = Keep(listener.Accept());
            var to = Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            to.Connect(IPAddress.Loopback, port);
            new Thread(() => Relay(to, from, -1)) { IsBackground = true }.Start();
            Relay(from, to, damages ? damagedByte : -1);
        }) { IsBackground = true }.Start();
        return ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    public void Dispose()
    {
        lock (_sockets) _sockets.ForEach(socket => socket.Dispose());
    }

    private Socket Keep(Socket socket)
    {
        lock (_sockets) _sockets.Add(socket);
        return socket;
    }

    private static void Relay(Socket from, Socket to, long damage)
    {
        var buffer = new byte[4096];
        try
        {
            for (long passed = 0; from.Receive(buffer) is > 0 and var count; passed += count)
            {
                if (passed <= damage && damage < passed + count) buffer[damage - passed] ^= 4;
                to.Send(buffer.AsSpan(0, count));
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // An end of the link went away: so does the relay.
            from.Dispose();
            to.Dispose();
        }
    }
}
