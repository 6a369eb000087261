using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace DistTrain.Worker.Collectives;

/// <summary>Makes the two links of one member: dials the successor, and waits for the predecessor to dial.</summary>
internal sealed class RingConnector(string job, int generation, string token, IReadOnlyList<RingMember> members, int rank, TimeSpan limit,
    CancellationToken stop)
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(100);

    private readonly FrameHeader _hello = new(FrameKind.Hello, LinkSocket.HashOf(job), generation);
    private readonly Stopwatch _elapsed = Stopwatch.StartNew();
    private readonly RingMember _self = members[rank];
    private readonly int _before = (rank + members.Count - 1) % members.Count;
    private readonly RingMember _successor = members[(rank + 1) % members.Count];

    /// <returns>The link from the predecessor and the link to the successor, both greeted.</returns>
    /// <exception cref="RingBrokenException">A neighbour cannot be reached, refuses, or does not come in time.</exception>
    public (Socket Incoming, Socket Outgoing) Connect(DataPlaneListener listener)
    {
        Socket? incoming = null, outgoing = null;
        using var ending = stop.Register(() => { outgoing?.Dispose(); incoming?.Dispose(); });
        try
        {
            using var expected = listener.Expect(generation, new Hello(job, _before, members[_before].Worker, _self.Worker, token));
            outgoing = Dial();
            stop.ThrowIfCancellationRequested();
            LinkSocket.SendFrame(outgoing, _hello, new Hello(job, rank, _self.Worker, _successor.Worker, token).ToBytes());
            AwaitWelcome(outgoing);
            incoming = expected.Take(Left, stop) ?? throw Broken(members[_before].Worker, $"did not connect within {limit.TotalSeconds:0.#} s");
            stop.ThrowIfCancellationRequested();
            return (incoming, outgoing);
        }
        catch (Exception e)
        {
            outgoing?.Dispose();
            incoming?.Dispose();
            stop.ThrowIfCancellationRequested();
            if (e is not (SocketException or LinkException)) throw;
            throw Broken(_successor.Worker, LinkSocket.IsTimeout(e)
                ? $"did not answer within {limit.TotalSeconds:0.#} s" : $"ended the link before the ring was closed ({e.Message})", e);
        }
    }

    private TimeSpan Left => limit > _elapsed.Elapsed ? limit - _elapsed.Elapsed : TimeSpan.Zero;

    private Socket Dial()
    {
        while (true)
        {
            if (LocalAddress.TryConnect(_self, _successor) is { } local) return local;
            // A socket whose connect failed cannot be used again.
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                using var limited = CancellationTokenSource.CreateLinkedTokenSource(stop);
                using var ending = limited.Token.Register(socket.Dispose);
                limited.CancelAfter(Left);
                socket.Connect(_successor.Host, _successor.Port);
                return socket;
            }
            // An argument: a host that no system looks up.
            catch (Exception e) when (e is SocketException or ObjectDisposedException or ArgumentException)
            {
                socket.Dispose();
                stop.ThrowIfCancellationRequested();
                if (Left == TimeSpan.Zero)
                    throw Broken(_successor.Worker,
                        $"cannot be reached at {_successor.Host}:{_successor.Port} within {limit.TotalSeconds:0.#} s ({e.Message})", e);
                stop.WaitHandle.WaitOne(BetweenTries);
            }
        }
    }

    private void AwaitWelcome(Socket outgoing)
    {
        outgoing.ReceiveTimeout = (int)Math.Max(1, Left.TotalMilliseconds);
        var (header, payload) = LinkSocket.ReceiveMessage(outgoing);
        if (header.Kind == FrameKind.Refused) throw Broken(_successor.Worker, $"refused the link: {Encoding.UTF8.GetString(payload)}");
        if (header.Kind != FrameKind.Welcome) throw new LinkException($"answered a hello with a frame of kind {header.Kind}");
    }

    private static RingBrokenException Broken(string peer, string reason, Exception? cause = null) =>
        new(peer, step: 0, bucket: 0, hop: -1, reason, cause);
}
