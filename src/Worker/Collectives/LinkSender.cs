using System.Net.Sockets;
using System.Text;

namespace DistTrain.Worker.Collectives;

/// <summary>
/// The link to the successor: a thread that writes what is queued, in order. It is apart from the thread that receives, because a ring in
/// which all members first send and then receive stands still as soon as a chunk is larger than the sockets' buffers.
/// </summary>
internal sealed unsafe class LinkSender : IDisposable
{
    /// <summary>
    /// How long to wait, when the successor is lost, for the news of who was lost first: it comes round the ring from the predecessor.
    /// </summary>
    private static readonly TimeSpan NewsLimit = TimeSpan.FromMilliseconds(500);

    private readonly Socket _socket;
    private readonly TimeSpan _limit, _pulseInterval;
    private readonly Action _failed;
    private readonly Func<FrameHeader> _pulse;
    private readonly object _gate = new();
    private readonly Queue<Item> _queue = new();
    private readonly Thread _thread;
    private LinkException? _overdue;
    private bool _writing, _closed;

    /// <param name="socket">A connected socket that has been welcomed; the sender owns it.</param>
    /// <param name="options">How long the successor may take nothing, and when a sign of life is due.</param>
    /// <param name="pulse">A sign of life as it is now, and what other frames than chunks begin with. Called on the sender's thread too.</param>
    /// <param name="successor">Its name, for the thread's.</param>
    /// <param name="failed">Called on the sender's thread after a failure, when the time for news is over.</param>
    public LinkSender(Socket socket, RingOptions options, Func<FrameHeader> pulse, string successor, Action failed)
    {
        // A successor at work takes nothing, and whether it lives is for its own successor to tell.
        (_socket, _limit, _pulseInterval) = (socket, 2 * options.WorkLimit, options.PulseInterval);
        (_pulse, _failed) = (pulse, failed);
        socket.SendTimeout = socket.ReceiveTimeout = (int)Math.Clamp(_limit.TotalMilliseconds, 1, int.MaxValue);
        _thread = new Thread(Run) { IsBackground = true, Name = $"ring to {successor}" };
        _thread.Start();
    }

    /// <param name="Header">Null: nothing is sent, only an answer is waited for.</param>
    private readonly record struct Item(FrameHeader? Header, nint Memory = 0, byte[]? Message = null, bool IsAnswered = false);

    /// <summary>Why the link failed, or null.</summary>
    public LinkException? Failure { get; private set; }

    /// <summary>Whether the successor is a process of this host.</summary>
    public bool IsLocal => _socket.AddressFamily == AddressFamily.Unix;

    /// <summary>Why the successor cannot read the memory that was offered, or null.</summary>
    public string? Refusal { get; private set; }

    /// <summary>
    /// Queues a chunk, or word of one that lies in memory offered. Its memory must stay as it is until <see cref="Drain"/> or <see cref="Dispose"/>
    /// returns.
    /// </summary>
    public void Send(FrameHeader header, void* memory)
    {
        lock (_gate) Add(new Item(header, (nint)memory));
    }

    /// <summary>Queues an offer of memory; after <see cref="Drain"/>, <see cref="Refusal"/> has the answer.</summary>
    public void Offer(MemoryOffer offer)
    {
        lock (_gate) Add(new Item(_pulse() with { Kind = FrameKind.Memory }, Message: offer.ToBytes(), IsAnswered: true));
    }

    /// <summary>Lets <see cref="Drain"/> also wait until the successor has read all chunks of the collective that lie in memory offered.</summary>
    public void AwaitTaken()
    {
        lock (_gate) Add(new Item(null, IsAnswered: true));
    }

    /// <summary>Waits until everything queued has left.</summary>
    /// <param name="limit">How long the successor may take nothing; asked when that is for long.</param>
    /// <exception cref="LinkException">The link failed.</exception>
    /// <exception cref="ObjectDisposedException">The link was closed meanwhile.</exception>
    public void Drain(Func<TimeSpan> limit)
    {
        lock (_gate)
        {
            var idle = TimeSpan.Zero;
            while ((_queue.Count > 0 || _writing) && Failure is null && !_closed)
            {
                idle = Monitor.Wait(_gate, _pulseInterval) ? TimeSpan.Zero : idle + _pulseInterval;
                if (_overdue is not null || idle == TimeSpan.Zero || idle < limit()) continue;
                // The thread that writes wakes up, and fails for this reason.
                _overdue = new LinkException($"took nothing for {idle.TotalSeconds:0.#} s (its process is stopped, or its host is gone)");
                _socket.Dispose();
            }
            ObjectDisposedException.ThrowIf(_closed, this);
            if (Failure is not null) throw Failure;
        }
    }

    /// <summary>Drops what is queued and sends, within a short time, why the ring ends.</summary>
    public void SendBreakage(Breakage breakage)
    {
        lock (_gate)
        {
            if (_closed || Failure is not null) return;
            _queue.Clear();
            Add(new Item(_pulse() with { Kind = FrameKind.Broken }, Message: breakage.ToBytes()));
            while ((_queue.Count > 0 || _writing) && Failure is null && !_closed)
                if (!Monitor.Wait(_gate, NewsLimit)) return;
        }
    }

    /// <summary>Ends the link from any thread. When it returns, the sender reads no memory any more.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _queue.Clear();
            Monitor.PulseAll(_gate);
        }
        _socket.Dispose();
        if (Thread.CurrentThread != _thread) _thread.Join();
    }

    private void Add(Item item)
    {
        _queue.Enqueue(item);
        Monitor.PulseAll(_gate);
    }

    private void Run()
    {
        while (Next() is { } item)
        {
            try
            {
                // Where much is unread there is no need of a sign of life, and it would have to wait.
                if (IsPulse(item) && !_socket.Poll(0, SelectMode.SelectWrite)) continue;
                if (item.Header is { } header) Send(header, item);
                if (item.IsAnswered) ReceiveAnswer();
            }
            catch (SocketException) when (IsPulse(item))
            {
                // A successor that has all its chunks may be gone: it needs no sign of life. If it still needs chunks, sending them fails.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or LinkException)
            {
                Fail(e);
                return;
            }
        }
    }

    private static bool IsPulse(Item item) => item.Header?.Kind is FrameKind.Pulse or FrameKind.AtWork;

    private void Send(FrameHeader header, Item item)
    {
        if (header.Kind == FrameKind.Here || IsPulse(item)) LinkSocket.SendHeader(_socket, header);
        else LinkSocket.SendFrame(_socket, header, item.Message is { } message ? message : new ReadOnlySpan<byte>((void*)item.Memory, header.Length));
    }

    private void ReceiveAnswer()
    {
        var (header, payload) = LinkSocket.ReceiveMessage(_socket);
        if (header.Kind is not (FrameKind.Taken or FrameKind.Refused)) throw new LinkException($"answered with a frame of kind {header.Kind}");
        Refusal = header.Kind == FrameKind.Refused ? Encoding.UTF8.GetString(payload) : null;
    }

    private Item? Next()
    {
        lock (_gate)
        {
            _writing = false;
            Monitor.PulseAll(_gate);
            var isSilent = false;
            while (_queue.Count == 0 && !_closed && !isSilent) isSilent = !Monitor.Wait(_gate, _pulseInterval);
            _writing = !_closed;
            return _closed ? null : _queue.TryDequeue(out var next) ? next : new Item(_pulse());
        }
    }

    private void Fail(Exception cause)
    {
        lock (_gate)
        {
            _writing = false;
            Failure = _overdue ?? cause as LinkException
                ?? new LinkException(LinkSocket.IsTimeout(cause)
                    ? $"took nothing for {_limit.TotalSeconds:0.#} s" : $"lost its link ({cause.Message})", cause);
            Monitor.PulseAll(_gate);
            for (var until = Environment.TickCount64 + (long)NewsLimit.TotalMilliseconds; !_closed && Environment.TickCount64 < until;)
                Monitor.Wait(_gate, (int)Math.Max(1, until - Environment.TickCount64));
            if (_closed) return;
        }
        _failed();
    }
}
