using System.Net.Sockets;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Tests.Collectives;

/// <summary>A member that greets its neighbours and from then on sends and takes nothing: to them a process that was stopped.</summary>
internal sealed class RawMember : IDisposable
{
    private readonly FrameHeader _frame = new(FrameKind.Hello, LinkSocket.HashOf("job-1"), 1);
    private readonly Socket _outgoing;
    private readonly Socket _incoming;

    /// <summary>Returns when both neighbours have joined.</summary>
    public RawMember(Loopback loopback, int rank)
    {
        var (members, size) = (loopback.Members, loopback.Members.Count);
        var (before, successor) = (members[(rank + size - 1) % size], members[(rank + 1) % size]);
        using var expected = loopback.Listener(rank).Expect(1, new Hello("job-1", (rank + size - 1) % size, before.Worker, members[rank].Worker));
        _outgoing = LocalAddress.TryConnect(members[rank], successor) ?? new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (!_outgoing.Connected) _outgoing.Connect(successor.Host, successor.Port);
        LinkSocket.SendFrame(_outgoing, _frame, new Hello("job-1", rank, members[rank].Worker, successor.Worker).ToBytes());
        LinkSocket.ReceiveMessage(_outgoing);
        _incoming = expected.Take(TimeSpan.FromSeconds(10), CancellationToken.None) ?? throw new TimeoutException();
    }

    public void Dispose()
    {
        _outgoing.Dispose();
        _incoming.Dispose();
    }
}
