using System.IO.Hashing;
using System.Net.Sockets;
using System.Text;

namespace DistTrain.Worker.Collectives;

/// <summary>Whole frames over a blocking stream socket.</summary>
internal static class LinkSocket
{
    /// <summary>How frames name a job: XxHash3 of its id in UTF-8.</summary>
    public static ulong HashOf(string job) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(job));

    public static void SendFrame(Socket socket, FrameHeader header, ReadOnlySpan<byte> payload)
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        (header with { Length = payload.Length, Checksum = XxHash3.HashToUInt64(payload) }).Write(bytes);
        SendAll(socket, bytes);
        SendAll(socket, payload);
    }

    /// <summary>Sends a frame whose payload the other end finds elsewhere.</summary>
    public static void SendHeader(Socket socket, FrameHeader header)
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        header.Write(bytes);
        SendAll(socket, bytes);
    }

    /// <summary>Reads a whole frame that is not data from a link that is not part of a ring yet.</summary>
    /// <exception cref="LinkException">The link ended, or what came is no such frame.</exception>
    public static (FrameHeader Header, byte[] Payload) ReceiveMessage(Socket socket)
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        Read(bytes);
        if (!FrameHeader.TryRead(bytes, out var header)) throw new LinkException("sent something that is not a frame");
        return (header, ReceiveMessage(header, Read));

        void Read(Span<byte> to)
        {
            while (!to.IsEmpty)
            {
                var count = socket.Receive(to);
                to = count > 0 ? to[count..] : throw new LinkException("closed its link");
            }
        }
    }

    /// <summary>Reads the payload of a frame that is not data.</summary>
    /// <exception cref="LinkException">It is too long or damaged.</exception>
    public static byte[] ReceiveMessage(FrameHeader header, ReadExactly read)
    {
        if (header.Length > LinkMessage.LargestPayload)
            throw new LinkException($"announced a {header.Kind} message of {header.Length} bytes, more than the {LinkMessage.LargestPayload} that " +
                "are allowed");
        var payload = new byte[header.Length];
        read(payload);
        CheckSum(header, payload);
        return payload;
    }

    /// <exception cref="LinkException">The payload is not the one whose checksum the header carries.</exception>
    public static void CheckSum(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (XxHash3.HashToUInt64(payload) != header.Checksum)
            throw new LinkException($"sent {payload.Length} bytes that do not match their checksum: they were damaged on the way");
    }

    /// <summary>Whether a blocking call ended because the socket's time-out passed.</summary>
    public static bool IsTimeout(Exception e) => e is SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock };

    public delegate void ReadExactly(Span<byte> to);

    private static void SendAll(Socket socket, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[socket.Send(bytes)..];
    }
}
