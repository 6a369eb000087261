using System.Net.Sockets;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Tests.Collectives;

public sealed class WaitingLinksTests : IDisposable
{
    private readonly WaitingLinks _waiting = new(most: 1);
    private readonly List<Socket> _sockets = [];

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    [Fact]
    public void TryLeave_ALinkThatWaits_IsDroppedForNoOther()
    {
        var (first, _) = Add();

        Assert.True(first.TryLeave());

        Assert.Null(Add().Dropped);
    }

    [Fact]
    public void TryLeave_ALinkWhosePlaceIsTaken_IsTooLate()
    {
        var (first, _) = Add();

        Assert.Same(first, Add().Dropped);

        Assert.False(first.TryLeave());
    }

    private (WaitingLink Link, WaitingLink? Dropped) Add()
    {
        _sockets.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
        return _waiting.Add(_sockets[^1]);
    }
}
