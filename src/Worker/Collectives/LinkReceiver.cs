using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using DistTrain.Model.Weights;

namespace DistTrain.Worker.Collectives;

/// <summary>The link from the predecessor. Used by the thread that runs the collective.</summary>
internal sealed class LinkReceiver : IDisposable
{
    private readonly Socket _socket;
    private readonly ulong _jobHash;
    private readonly int _generation;
    private readonly PredecessorWatch _watch;
    private SharedView? _memory;
    private bool _hasToConfirm, _isFirst = true;

    /// <param name="socket">A connected socket that has said hello; the receiver owns it.</param>
    /// <param name="jobHash">The job whose frames are taken.</param>
    /// <param name="generation">The generation whose frames are taken.</param>
    /// <param name="watch">Says when a wait is too long.</param>
    public LinkReceiver(Socket socket, ulong jobHash, int generation, PredecessorWatch watch)
    {
        (_socket, _jobHash, _generation, _watch) = (socket, jobHash, generation, watch);
        socket.ReceiveTimeout = (int)Math.Max(1, watch.Part.TotalMilliseconds);
    }

    /// <summary>Whether the predecessor is a process of this host.</summary>
    public bool IsLocal => _socket.AddressFamily == AddressFamily.Unix;

    /// <summary>Reads what memory the predecessor offers, maps it, and tells whether that went well.</summary>
    /// <exception cref="LinkException">The link broke, was silent or at work for too long, or sent something else.</exception>
    public void TakeOffer()
    {
        _watch.Begin();
        var header = NextThatIsNoPulse();
        _watch.End(isFirst: false);
        if (header.Kind != FrameKind.Memory) throw new LinkException($"sent a frame of kind {header.Kind} where an offer of memory was due");
        var offer = MemoryOffer.Read(LinkSocket.ReceiveMessage(header, Read));
        var why = "its memory cannot be shared";
        _memory = offer == MemoryOffer.None ? null : SharedView.TryOpen(offer.Path, offer.Name, offer.Length, out why);
        if (_memory is null) LinkSocket.SendFrame(_socket, header with { Kind = FrameKind.Refused }, Encoding.UTF8.GetBytes(why));
        else ConfirmTaken();
    }

    /// <summary>
    /// Reads the next chunk into <paramref name="to"/>. Its header must be <paramref name="due"/>, apart from how it comes and what checks it.
    /// </summary>
    /// <exception cref="LinkException">The link broke, was silent or at work for too long, or sent something else or something damaged.</exception>
    public void ReceiveData(FrameHeader due, Span<byte> to)
    {
        var payload = ReceiveOrFind(due, to);
        if (!Unsafe.AreSame(ref MemoryMarshal.GetReference(payload), ref MemoryMarshal.GetReference(to))) payload.CopyTo(to);
    }

    /// <summary>The same, for a chunk that need not be kept: it is in <paramref name="buffer"/>, or in the predecessor's memory.</summary>
    public ReadOnlySpan<byte> ReceiveOrFind(FrameHeader due, Span<byte> buffer)
    {
        _watch.Begin();
        var header = NextThatIsNoPulse();
        _watch.End(_isFirst);
        _isFirst = false;
        if (header with { Kind = due.Kind, Checksum = 0 } != due)
            throw new LinkException($"sent chunk {header.Chunk} of hop {header.Hop}, bucket {header.Bucket}, step {header.Step} ({header.Length} " +
                $"bytes of {header.Type}), "
                + $"but chunk {due.Chunk} of hop {due.Hop}, bucket {due.Bucket}, step {due.Step} ({due.Length} bytes of {due.Type}) was due");
        if (header.Kind == FrameKind.Here)
        {
            _hasToConfirm = true;
            return InMemory((long)header.Checksum, header.Length);
        }
        Read(buffer);
        LinkSocket.CheckSum(header, buffer);
        return buffer;
    }

    /// <summary>Ends a collective: the predecessor may change what lies in its memory, if any chunk of the collective did.</summary>
    public void EndCollective()
    {
        _isFirst = true;
        if (!_hasToConfirm) return;
        _hasToConfirm = false;
        ConfirmTaken();
    }

    /// <summary>
    /// Reads on, whatever comes, until the predecessor tells who broke the ring (<see cref="BreakageReceivedException"/>) or the link ends.
    /// </summary>
    public void ReadUntilBroken()
    {
        var ignored = new byte[64 * 1024];
        while (true)
        {
            var header = NextThatIsNoPulse();
            for (var left = header.PayloadLength; left > 0; left -= ignored.Length) Read(ignored.AsSpan(0, Math.Min(left, ignored.Length)));
        }
    }

    /// <summary>
    /// Ends the link from any thread; a blocked read ends at once. The predecessor's memory stays mapped until <see cref="Unmap"/>.
    /// </summary>
    public void Dispose() => _socket.Dispose();

    /// <summary>Lets go of the predecessor's memory. To be called when no collective is running.</summary>
    public void Unmap()
    {
        _memory?.Dispose();
        _memory = null;
    }

    private void ConfirmTaken()
    {
        try
        {
            LinkSocket.SendFrame(_socket, new FrameHeader(FrameKind.Taken, _jobHash, _generation), []);
        }
        catch (SocketException e)
        {
            throw new LinkException($"lost its link ({e.Message})", e);
        }
    }

    private ReadOnlySpan<byte> InMemory(long place, int length) =>
        _memory is not null && place >= 0 && place <= _memory.Length - length
            ? _memory.Bytes(place, length)
            : throw new LinkException($"named {length} bytes at {place} of its memory, of which {_memory?.Length ?? 0} bytes are mapped here");

    private FrameHeader NextThatIsNoPulse()
    {
        Span<byte> bytes = stackalloc byte[FrameHeader.Size];
        while (true)
        {
            Read(bytes);
            if (!FrameHeader.TryRead(bytes, out var header)) throw new LinkException("sent something that is not a frame");
            if (header.JobHash != _jobHash) throw new LinkException("sent a frame of another job");
            if (header.Generation != _generation)
                throw new LinkException($"sent a frame of generation {header.Generation}, but this is generation {_generation}");
            if (header.Kind is FrameKind.Data or FrameKind.Here or FrameKind.Memory) return header;
            if (header.Kind == FrameKind.Broken) throw new BreakageReceivedException(Breakage.Read(LinkSocket.ReceiveMessage(header, Read)));
            if (header.Kind is not (FrameKind.Pulse or FrameKind.AtWork) || header.Length != 0)
                throw new LinkException($"sent a frame of kind {header.Kind} where a chunk was due");
            _watch.Pulse(header);
        }
    }

    private void Read(Span<byte> to)
    {
        while (!to.IsEmpty)
        {
            try
            {
                var count = _socket.Receive(to);
                if (count == 0) throw new LinkException("closed its link: its process ended, or it left the ring");
                to = to[count..];
                _watch.Heard();
            }
            catch (SocketException e) when (LinkSocket.IsTimeout(e))
            {
                _watch.Silent();
            }
            catch (SocketException e)
            {
                throw new LinkException($"lost its link ({e.Message})", e);
            }
        }
    }
}
