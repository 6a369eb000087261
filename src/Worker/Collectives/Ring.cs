using System.Net.Sockets;
using System.Numerics;
using System.Runtime.InteropServices;
using DistTrain.Model.Weights;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace DistTrain.Worker.Collectives;

/// <summary>
/// All-reduce over a ring of TCP links (Patarasuk and Yuan 2009): reduce-scatter, in which each segment of the buffer travels once round
/// the ring and is added up on the way, then all-gather, in which the sums travel round. Each member sends and receives
/// 2 (N - 1) / N of the buffer, whatever N is. Segments are cut into chunks that are passed on as soon as they have arrived, so that
/// all links are busy in both directions all the time.
/// </summary>
public sealed class Ring : IAllReduce
{
    private const int Open = 0, Cancelled = 1, Disposed = 2, Broken = 3;

    private readonly LinkSender _sender;
    private readonly LinkReceiver _receiver;
    private readonly PredecessorWatch _watch;
    private readonly RingMember _predecessor, _successor;
    private readonly OwnWork _work;
    private readonly ILogger _log;
    private readonly Func<TimeSpan> _silenceLimit, _workLimit;
    private readonly FrameHeader _frame;
    private readonly int _chunkBytes;
    private readonly byte[] _arriving;
    private readonly CancellationToken _stop;
    private readonly CancellationTokenRegistration _stopping;
    private readonly Lock _calls = new();
    private (nint Start, long Length) _shared;
    private bool _awaitsTaken;
    private long _step;
    private int _bucket = -1, _hop = -1, _state = Open;

    private Ring(string job, int generation, IReadOnlyList<RingMember> members, int rank, RingOptions options, RingConnector connector,
        DataPlaneListener listener, TimeProvider clock, ILogger log, CancellationToken stop)
    {
        (Rank, Size, _log, _stop) = (rank, members.Count, log, stop);
        (_predecessor, _successor) = (members[(rank + Size - 1) % Size], members[(rank + 1) % Size]);
        _frame = new FrameHeader(FrameKind.Data, LinkSocket.HashOf(job), generation);
        _chunkBytes = options.ChunkBytes;
        _arriving = GC.AllocateUninitializedArray<byte>(_chunkBytes, pinned: true);
        _watch = new PredecessorWatch(options, clock, TellThatItIsSlow, TellThatItGoesOn);
        (_silenceLimit, _workLimit) = (() => _watch.SilenceLimit, () => options.WorkLimit);
        var (incoming, outgoing) = connector.Connect(listener);
        _work = new OwnWork(clock);
        try
        {
            _receiver = new LinkReceiver(incoming, _frame.JobHash, generation, _watch);
            _sender = new LinkSender(outgoing, options, Pulse, _successor.Worker, failed: _receiver.Dispose);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Stopped, or lost, just when it was connected.
            incoming.Dispose();
            outgoing.Dispose();
            stop.ThrowIfCancellationRequested();
            throw new RingBrokenException((_receiver is null ? _predecessor : _successor).Worker, step: 0, bucket: 0,
                hop: -1, $"lost its link when the ring was closed ({e.Message})", e);
        }
        _stopping = stop.Register(() => Close(Cancelled));
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>
    /// Joins the ring of one generation: every member calls this with the same members, in any order of time. A ring of one member has no links.
    /// </summary>
    /// <param name="listener">This process's data plane, which members[rank] names.</param>
    /// <param name="job">The job's id.</param>
    /// <param name="generation">The generation: links and frames of any other are refused.</param>
    /// <param name="members">All members in ring order.</param>
    /// <param name="rank">This member's place in <paramref name="members"/>.</param>
    /// <param name="options">Sizes and limits.</param>
    /// <param name="stop">Ends the ring, and whatever call is blocked in it, at once.</param>
    /// <param name="clock">What waits are measured by; null: the system's.</param>
    /// <param name="log">Where a slow neighbour is told; null: nowhere.</param>
    /// <exception cref="RingBrokenException">A neighbour cannot be reached in time, or refuses.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled.</exception>
    public static IAllReduce Connect(DataPlaneListener listener, string job, int generation, IReadOnlyList<RingMember> members, int rank,
        RingOptions options, CancellationToken stop, TimeProvider? clock = null, ILogger? log = null) =>
        members.Count == 1
            ? new SingleMember(stop)
            : new Ring(job, generation, members, rank, options,
                new RingConnector(job, generation, options.Token, members, rank, options.ConnectLimit, stop), listener,
                clock ?? TimeProvider.System, log ?? NullLogger.Instance, stop);

    /// <inheritdoc/>
    public unsafe string Share(FlatBuffer buffer)
    {
        using var _ = EnterCall();
        try
        {
            if (_sender.IsLocal)
                _sender.Offer(buffer.Shared is { } memory ? new MemoryOffer(memory.Path, memory.Name, memory.Length) : MemoryOffer.None);
            if (_receiver.IsLocal) _receiver.TakeOffer();
            _sender.Drain(_workLimit);
            _work.Leave();
        }
        catch (Exception e)
        {
            throw End(e);
        }
        if (!_sender.IsLocal) return "over TCP";
        if (_sender.Refusal is { } refusal) return $"over a Unix socket ({refusal})";
        fixed (float* start = buffer.Host.Span) _shared = ((nint)start, buffer.Host.Length * (long)sizeof(float));
        return "through shared memory";
    }

    /// <inheritdoc/>
    public void BeginStep(long step) => (_step, _bucket) = (step, -1);

    /// <inheritdoc/>
    public void Alive() => _work.Progress();

    /// <inheritdoc/>
    public void Sum(Span<float> values) => SumInPlace(values, ElementType.Float32);

    /// <inheritdoc/>
    public void Sum(Span<double> scalars) => SumInPlace(scalars, ElementType.Float64);

    /// <inheritdoc/>
    public unsafe void Broadcast(Span<float> values, int root)
    {
        using var _ = EnterCall();
        _bucket++;
        var chunks = Pieces.Chunks(new Piece(0, 0, values.Length), _chunkBytes / sizeof(float));
        fixed (float* memory = values)
        {
            try
            {
                foreach (var chunk in chunks)
                {
                    _hop = (Rank - root + Size) % Size;
                    if (_hop > 0) _receiver.ReceiveData(Header(chunk, _hop - 1, ElementType.Float32, sizeof(float)), Bytes(memory, chunk));
                    if (_hop < Size - 1) Send(Header(chunk, _hop, ElementType.Float32, sizeof(float)), memory + chunk.Start);
                }
                // The successor of the root may come later, and take until then nothing of what is sent to it.
                EndCollective(_workLimit);
            }
            catch (Exception e)
            {
                throw End(e);
            }
        }
    }

    /// <summary>Ends the ring from any thread; a call that is blocked in it ends at once. The neighbours see the links close.</summary>
    public void Dispose()
    {
        Close(Disposed);
        // A call may still be reading the neighbour's memory.
        using var _ = _calls.EnterScope();
        _receiver.Unmap();
    }

    private unsafe void SumInPlace<T>(Span<T> values, ElementType type) where T : unmanaged, IAdditionOperators<T, T, T>
    {
        using var _ = EnterCall();
        _bucket++;
        var chunkLength = _chunkBytes / sizeof(T);
        fixed (T* memory = values)
        {
            try
            {
                foreach (var chunk in Pieces.Chunks(Pieces.Segment(Rank, values.Length, Size), chunkLength))
                    Send(Header(chunk, 0, type, sizeof(T)), memory + chunk.Start);
                var hops = 2 * (Size - 1);
                for (_hop = 0; _hop < hops; _hop++)
                {
                    // At hop h arrives the segment that began h + 1 members before: in the first half to be added, in the second as a sum.
                    foreach (var chunk in Pieces.Chunks(Pieces.Segment(Rank - _hop - 1, values.Length, Size), chunkLength))
                    {
                        var due = Header(chunk, _hop, type, sizeof(T));
                        if (_hop < Size - 1) ReceiveAndAdd(due, new Span<T>(memory + chunk.Start, chunk.Length));
                        else _receiver.ReceiveData(due, Bytes(memory, chunk));
                        if (_hop + 1 < hops) Send(due with { Hop = _hop + 1 }, memory + chunk.Start);
                    }
                }
                EndCollective(_silenceLimit);
            }
            catch (Exception e)
            {
                throw End(e);
            }
        }
    }

    private void ReceiveAndAdd<T>(FrameHeader due, Span<T> own) where T : unmanaged, IAdditionOperators<T, T, T>
    {
        var bytes = _receiver.ReceiveOrFind(due, _arriving.AsSpan(0, due.Length));
        Vectors.AddInPlace(own, MemoryMarshal.Cast<byte, T>(bytes));
    }

    /// <summary>Sends a chunk, or where it lies when the successor can read it there.</summary>
    /// <remarks>
    /// Such a chunk may be overwritten by the collective that it belongs to: what overwrites it is its sum, and there is no sum before the successor
    /// has read it.
    /// </remarks>
    private unsafe void Send(FrameHeader header, void* memory)
    {
        var place = (nint)memory - _shared.Start;
        var isShared = place >= 0 && place + header.Length <= _shared.Length;
        _awaitsTaken |= isShared;
        _sender.Send(isShared ? header with { Kind = FrameKind.Here, Checksum = (ulong)place } : header, memory);
    }

    private Lock.Scope EnterCall()
    {
        var scope = _calls.EnterScope();
        _work.Enter();
        return scope;
    }

    /// <summary>Returns when the caller may change its memory.</summary>
    /// <param name="limit">How long the successor may take nothing.</param>
    private void EndCollective(Func<TimeSpan> limit)
    {
        _receiver.EndCollective();
        if (_awaitsTaken) _sender.AwaitTaken();
        _awaitsTaken = false;
        _sender.Drain(limit);
        _hop = -1;
        _work.Leave();
    }

    /// <summary>What this member does, for its successor. Called on any thread.</summary>
    private FrameHeader Pulse() => _work.Sign(
        _frame with { Step = Volatile.Read(ref _step), Bucket = Volatile.Read(ref _bucket), Hop = Volatile.Read(ref _hop) }, _watch.IdleSince);

    private void TellThatItIsSlow(TimeSpan waited, FrameHeader pulse) => LogMessages.NeighbourSlow(_log, _predecessor.Worker, _step, _bucket,
        _hop, waited.TotalSeconds, pulse.Step, pulse.Checksum / 1e3);

    private void TellThatItGoesOn(TimeSpan waited) =>
        LogMessages.NeighbourGoesOn(_log, _predecessor.Worker, _step, _bucket, _hop, waited.TotalSeconds);

    private FrameHeader Header(Piece chunk, int hop, ElementType type, int elementBytes) =>
        _frame with { Step = _step, Bucket = _bucket, Hop = hop, Chunk = chunk.Index, Type = type, Length = chunk.Length * elementBytes };

    private static unsafe Span<byte> Bytes<T>(T* memory, Piece chunk) where T : unmanaged => new(memory + chunk.Start, chunk.Length * sizeof(T));

    /// <summary>
    /// Ends the ring after a failed call and tells the successor whose fault it was. When it returns, no thread uses the caller's memory any more.
    /// </summary>
    private Exception End(Exception cause)
    {
        var (worker, reason) = Culprit(cause);
        if (Volatile.Read(ref _state) == Open) _sender.SendBreakage(new Breakage(worker, reason));
        Close(Broken);
        _sender.Dispose();
        return _state switch
        {
            Cancelled => new OperationCanceledException("The ring was stopped.", cause, _stop),
            Disposed => new ObjectDisposedException(nameof(Ring), cause),
            _ => new RingBrokenException(worker, _step, _bucket, _hop, reason, cause),
        };
    }

    /// <summary>
    /// Whose fault a failure was. News that comes round the ring says more than a link that closed: its neighbour may only have passed on the end.
    /// </summary>
    private (string Worker, string Reason) Culprit(Exception cause)
    {
        try
        {
            if (cause is not BreakageReceivedException && _sender.Failure is not null && Volatile.Read(ref _state) == Open)
                _receiver.ReadUntilBroken();
        }
        catch (Exception e) when (e is LinkException or ObjectDisposedException)
        {
            if (e is BreakageReceivedException) cause = e;
        }
        return cause is BreakageReceivedException news ? (news.Breakage.Worker, news.Breakage.Reason)
            : _sender.Failure is { } failure ? (_successor.Worker, failure.Message)
            : (_predecessor.Worker, cause.Message);
    }

    private void Close(int because)
    {
        if (Interlocked.CompareExchange(ref _state, because, Open) != Open) return;
        _stopping.Unregister();
        _receiver.Dispose();
        _sender.Dispose();
    }
}
