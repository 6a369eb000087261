using System.Net.Sockets;

namespace DistTrain.Worker.Collectives;

/// <summary>The link from the predecessor. Used by the thread that runs the collective.</summary>
internal sealed class LinkReceiver : IDisposable
{
    // The limit is waited for in parts, so that a member that waits for its predecessor can tell its successor that it lives.
    private const int PartsOfSilence = 4;

    private readonly Socket socket;
    private readonly ulong jobHash;
    private readonly int generation;
    private readonly TimeSpan silenceLimit;
    private readonly Action whileWaiting;

    /// <param name="socket">A connected socket that has said hello; the receiver owns it.</param>
    /// <param name="jobHash">The job whose frames are taken.</param>
    /// <param name="generation">The generation whose frames are taken.</param>
    /// <param name="silenceLimit">How long nothing may arrive.</param>
    /// <param name="whileWaiting">Called a few times within the limit while no chunk arrives.</param>
    public LinkReceiver(Socket socket, ulong jobHash, int generation, TimeSpan silenceLimit, Action whileWaiting)
    {
        (this.socket, this.jobHash, this.generation, this.silenceLimit, this.whileWaiting) = (socket, jobHash, generation, silenceLimit, whileWaiting);
        socket.ReceiveTimeout = (int)Math.Max(1, silenceLimit.TotalMilliseconds / PartsOfSilence);
    }

    /// <summary>Reads the next chunk. Its header must be <paramref name="due"/> (apart from the checksum), and its payload fills <paramref name="to"/>.</summary>
    /// <exception cref="LinkException">The link broke, was silent for too long, or sent something else or something damaged.</exception>
    public void ReceiveData(FrameHeader due, Span<byte> to)
    {
        var header = NextThatIsNoPulse();
        if (header with { Checksum = 0 } != due)
            throw new LinkException($"sent chunk {header.Chunk} of hop {header.Hop}, bucket {header.Bucket}, step {header.Step} ({header.Length} bytes of {header.Type}), "
                + $"but chunk {due.Chunk} of hop {due.Hop}, bucket {due.Bucket}, step {due.Step} ({due.Length} bytes of {due.Type}) was due");
        Read(to);
        LinkSocket.CheckSum(header, to);
    }

    /// <summary>Reads on, whatever comes, until the predecessor tells who broke the ring (<see cref="BreakageReceivedException"/>) or the link ends.</summary>
    public void ReadUntilBroken()
    {
        var ignored = new byte[64 * 1024];
        while (true)
        {
            var header = NextThatIsNoPulse();
            for (var left = header.Length; left > 0; left -= ignored.Length) Read(ignored.AsSpan(0, Math.Min(left, ignored.Length)));
        }
    }

    /// <summary>Ends the link from any thread; a blocked read ends at once.</summary>
    public void Dispose() => socket.Dispose();

    private FrameHeader NextThatIsNoPulse()
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        while (true)
        {
            Read(bytes);
            if (!FrameHeader.TryRead(bytes, out var header)) throw new LinkException("sent something that is not a frame");
            if (header.JobHash != jobHash) throw new LinkException("sent a frame of another job");
            if (header.Generation != generation) throw new LinkException($"sent a frame of generation {header.Generation}, but this is generation {generation}");
            if (header.Kind == FrameKind.Data) return header;
            if (header.Kind == FrameKind.Broken) throw new BreakageReceivedException(Breakage.Read(LinkSocket.ReceiveMessage(header, Read)));
            if (header.Kind != FrameKind.Pulse || header.Length != 0) throw new LinkException($"sent a frame of kind {header.Kind} where a chunk was due");
            whileWaiting();
        }
    }

    private void Read(Span<byte> to)
    {
        var silentParts = 0;
        while (!to.IsEmpty)
        {
            try
            {
                var count = socket.Receive(to);
                if (count == 0) throw new LinkException("closed its link: its process ended, or it left the ring");
                to = to[count..];
                silentParts = 0;
            }
            catch (SocketException e) when (LinkSocket.IsTimeout(e))
            {
                if (++silentParts == PartsOfSilence) throw new LinkException($"sent nothing for {silenceLimit.TotalSeconds:0.#} s");
                whileWaiting();
            }
            catch (SocketException e)
            {
                throw new LinkException($"lost its link ({e.Message})", e);
            }
        }
    }
}
