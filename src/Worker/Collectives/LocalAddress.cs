using System.Net.Sockets;

namespace DistTrain.Worker.Collectives;

/// <summary>
/// The second address of a data plane, for members of its own host: a Unix socket moves bytes with half the work of TCP over loopback. Its
/// name, which is no file, belongs to the network namespace just as the port does that it is made of, so both lead to the same process.
/// </summary>
internal static class LocalAddress
{
    /// <summary>Listens beside the port. Null where there are no such names (other systems than Linux), or when this one is taken.</summary>
    public static Socket? TryListen(string host, int port)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var socket = NewSocket();
        try
        {
            socket.Bind(Of(host, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            // Nothing is lost: members of this host come by TCP then.
            socket.Dispose();
            return null;
        }
    }

    /// <summary>A link to a member on the same host. Null when there is none: the member is elsewhere, or reached only by its port.</summary>
    public static Socket? TryConnect(RingMember self, RingMember member)
    {
        if (!OperatingSystem.IsLinux() || self.Host != member.Host) return null;
        var socket = NewSocket();
        try
        {
            socket.Connect(Of(member.Host, member.Port));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    private static Socket NewSocket() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    // A name that begins with NUL is not one of the file system.
    private static UnixDomainSocketEndPoint Of(string host, int port) => new($"\0disttrain {host}:{port}");
}
