using System.Net.Sockets;
using System.Text;

namespace DistTrain.Worker.Collectives;

/// <summary>
/// The link to the successor: a thread that writes what is queued, in order. It is apart from the thread that receives, because a ring in
/// which all members first send and then receive stands still as soon as a chunk is larger than the sockets' buffers.
/// </summary>
internal sealed unsafe class LinkSender : IDisposable
{
    /// <summary>How long to wait, when the successor is lost, for the news of who was lost first: it comes round the ring from the predecessor.</summary>
    private static readonly TimeSpan NewsLimit = TimeSpan.FromMilliseconds(500);

    private readonly Socket socket;
    private readonly TimeSpan silenceLimit;
    private readonly Action failed;
    private readonly FrameHeader pulse;
    private readonly object gate = new();
    private readonly Queue<Item> queue = new();
    private readonly Thread thread;
    private bool writing, closed;

    /// <param name="socket">A connected socket that has been welcomed; the sender owns it.</param>
    /// <param name="silenceLimit">How long the successor may take nothing.</param>
    /// <param name="jobHash">The job that pulses name.</param>
    /// <param name="generation">The generation that pulses name.</param>
    /// <param name="successor">Its name, for the thread's.</param>
    /// <param name="failed">Called on the sender's thread after a failure, when the time for news is over.</param>
    public LinkSender(Socket socket, TimeSpan silenceLimit, ulong jobHash, int generation, string successor, Action failed)
    {
        (this.socket, this.silenceLimit, this.failed, pulse) = (socket, silenceLimit, failed, new FrameHeader(FrameKind.Pulse, jobHash, generation));
        socket.SendTimeout = socket.ReceiveTimeout = (int)Math.Max(1, silenceLimit.TotalMilliseconds);
        thread = new Thread(Run) { IsBackground = true, Name = $"ring to {successor}" };
        thread.Start();
    }

    /// <param name="Header">Null: nothing is sent, only an answer is waited for.</param>
    private readonly record struct Item(FrameHeader? Header, nint Memory = 0, byte[]? Message = null, bool IsAnswered = false);

    /// <summary>Why the link failed, or null.</summary>
    public LinkException? Failure { get; private set; }

    /// <summary>Whether the successor is a process of this host.</summary>
    public bool IsLocal => socket.AddressFamily == AddressFamily.Unix;

    /// <summary>Why the successor cannot read the memory that was offered, or null.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Queues a chunk, or word of one that lies in memory offered. Its memory must stay as it is until <see cref="Drain"/> or <see cref="Dispose"/> returns.</summary>
    public void Send(FrameHeader header, void* memory)
    {
        lock (gate) Add(new Item(header, (nint)memory));
    }

    /// <summary>Queues an offer of memory; after <see cref="Drain"/>, <see cref="Refusal"/> has the answer.</summary>
    public void Offer(MemoryOffer offer)
    {
        lock (gate) Add(new Item(pulse with { Kind = FrameKind.Memory }, Message: offer.ToBytes(), IsAnswered: true));
    }

    /// <summary>Lets <see cref="Drain"/> also wait until the successor has read all chunks of the collective that lie in memory offered.</summary>
    public void AwaitTaken()
    {
        lock (gate) Add(new Item(null, IsAnswered: true));
    }

    /// <summary>Queues a sign of life, which may get lost, unless something is on its way anyhow.</summary>
    public void SendPulse()
    {
        lock (gate)
            if (queue.Count == 0 && !writing) Add(new Item(pulse));
    }

    /// <summary>Waits until everything queued has left.</summary>
    /// <exception cref="LinkException">The link failed.</exception>
    /// <exception cref="ObjectDisposedException">The link was closed meanwhile.</exception>
    public void Drain()
    {
        lock (gate)
        {
            while ((queue.Count > 0 || writing) && Failure is null && !closed) Monitor.Wait(gate);
            ObjectDisposedException.ThrowIf(closed, this);
            if (Failure is not null) throw Failure;
        }
    }

    /// <summary>Drops what is queued and sends, within a short time, why the ring ends.</summary>
    public void SendBreakage(Breakage breakage)
    {
        lock (gate)
        {
            if (closed || Failure is not null) return;
            queue.Clear();
            Add(new Item(pulse with { Kind = FrameKind.Broken }, Message: breakage.ToBytes()));
            while ((queue.Count > 0 || writing) && Failure is null && !closed)
                if (!Monitor.Wait(gate, NewsLimit)) return;
        }
    }

    /// <summary>Ends the link from any thread. When it returns, the sender reads no memory any more.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            queue.Clear();
            Monitor.PulseAll(gate);
        }
        socket.Dispose();
        if (Thread.CurrentThread != thread) thread.Join();
    }

    private void Add(Item item)
    {
        queue.Enqueue(item);
        Monitor.PulseAll(gate);
    }

    private void Run()
    {
        while (Next() is { } item)
        {
            try
            {
                if (item.Header is { } header) Send(header, item);
                if (item.IsAnswered) ReceiveAnswer();
            }
            catch (SocketException) when (item.Header?.Kind == FrameKind.Pulse)
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

    private void Send(FrameHeader header, Item item)
    {
        if (header.Kind == FrameKind.Here) LinkSocket.SendHeader(socket, header);
        else LinkSocket.SendFrame(socket, header, item.Message is { } message ? message : new ReadOnlySpan<byte>((void*)item.Memory, header.Length));
    }

    private void ReceiveAnswer()
    {
        var (header, payload) = LinkSocket.ReceiveMessage(socket);
        if (header.Kind is not (FrameKind.Taken or FrameKind.Refused)) throw new LinkException($"answered with a frame of kind {header.Kind}");
        Refusal = header.Kind == FrameKind.Refused ? Encoding.UTF8.GetString(payload) : null;
    }

    private Item? Next()
    {
        lock (gate)
        {
            writing = false;
            Monitor.PulseAll(gate);
            while (queue.Count == 0 && !closed) Monitor.Wait(gate);
            writing = !closed;
            return closed ? null : queue.Dequeue();
        }
    }

    private void Fail(Exception cause)
    {
        lock (gate)
        {
            writing = false;
            Failure = cause as LinkException
                ?? new LinkException(LinkSocket.IsTimeout(cause) ? $"took nothing for {silenceLimit.TotalSeconds:0.#} s" : $"lost its link ({cause.Message})", cause);
            Monitor.PulseAll(gate);
            for (var until = Environment.TickCount64 + (long)NewsLimit.TotalMilliseconds; !closed && Environment.TickCount64 < until;)
                Monitor.Wait(gate, (int)Math.Max(1, until - Environment.TickCount64));
            if (closed) return;
        }
        failed();
    }
}
