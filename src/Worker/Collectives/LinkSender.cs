using System.Net.Sockets;

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
        (this.socket, this.failed, pulse) = (socket, failed, new FrameHeader(FrameKind.Pulse, jobHash, generation));
        socket.SendTimeout = (int)Math.Max(1, silenceLimit.TotalMilliseconds);
        thread = new Thread(Run) { IsBackground = true, Name = $"ring to {successor}" };
        thread.Start();
    }

    private readonly record struct Item(FrameHeader Header, nint Memory, byte[]? Message = null);

    /// <summary>Why the link failed, or null.</summary>
    public LinkException? Failure { get; private set; }

    /// <summary>Queues a chunk. Its memory must stay as it is until <see cref="Drain"/> or <see cref="Dispose"/> returns.</summary>
    public void Send(FrameHeader header, void* memory)
    {
        lock (gate) Add(new Item(header, (nint)memory));
    }

    /// <summary>Queues a sign of life, which may get lost, unless something is on its way anyhow.</summary>
    public void SendPulse()
    {
        lock (gate)
            if (queue.Count == 0 && !writing) Add(new Item(pulse, 0));
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
            Add(new Item(pulse with { Kind = FrameKind.Broken }, 0, breakage.ToBytes()));
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
                var payload = item.Message is { } message ? message : new ReadOnlySpan<byte>((void*)item.Memory, item.Header.Length);
                LinkSocket.SendFrame(socket, item.Header, payload);
            }
            catch (SocketException) when (item.Header.Kind == FrameKind.Pulse)
            {
                // A successor that has all its chunks may be gone: it needs no sign of life. If it still needs chunks, sending them fails.
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                Fail(e);
                return;
            }
        }
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
            Failure = new LinkException(LinkSocket.IsTimeout(cause) ? $"took nothing for {socket.SendTimeout / 1000.0:0.#} s" : $"lost its link ({cause.Message})", cause);
            Monitor.PulseAll(gate);
            for (var until = Environment.TickCount64 + (long)NewsLimit.TotalMilliseconds; !closed && Environment.TickCount64 < until;)
                Monitor.Wait(gate, (int)Math.Max(1, until - Environment.TickCount64));
            if (closed) return;
        }
        failed();
    }
}
