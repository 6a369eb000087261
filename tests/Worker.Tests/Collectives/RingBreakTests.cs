using System.Diagnostics;
using System.Net.Sockets;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Tests.Collectives;

public class RingBreakTests
{
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Sum_MemberDies_EveryOtherMemberNamesIt(int size)
    {
        using var loopback = new Loopback(size);
        var broken = await loopback.Run(ring =>
        {
            ring.BeginStep(1);
            ring.Sum([1f]);
            if (ring.Rank == 1) return null;
            ring.BeginStep(2);
            var clock = Stopwatch.StartNew();
            var e = Assert.Throws<RingBrokenException>(() => { ring.Sum(new float[3_000_000]); ring.Sum([1.0]); });
            Assert.True(clock.Elapsed < Promptly, $"took {clock.Elapsed}");
            return e;
        });
        for (var rank = 0; rank < size; rank++)
            if (rank != 1) Assert.Equal(("w1", 2L), (broken[rank]!.Peer, broken[rank]!.Step));
    }

    [Fact]
    public async Task Sum_LengthsDiffer_IsDetected()
    {
        using var loopback = new Loopback(2);
        var broken = await loopback.Run(ring => Assert.Throws<RingBrokenException>(() => ring.Sum(new float[10 + ring.Rank])));
        Assert.Contains(broken, e => e.Message.Contains("was due", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sum_EndedByAnotherThread_UnblocksAtOnce(bool byToken)
    {
        using var loopback = new Loopback(2);
        using var stop = new CancellationTokenSource();
        var other = Loopback.OnThread(() => loopback.Connect(1));
        using var ring = await Loopback.OnThread(() => loopback.Connect(0, stop: stop.Token));
        using var neighbour = await other;
        var blocked = Loopback.OnThread(() => Record.Exception(() => ring.Sum(new float[5_000_000])));

        if (byToken) await stop.CancelAsync();
        else ring.Dispose();

        var e = await blocked.WaitAsync(Promptly);
        if (byToken) Assert.IsType<OperationCanceledException>(e);
        else Assert.IsType<ObjectDisposedException>(e);
        Assert.Equal("w0", Assert.Throws<RingBrokenException>(() => neighbour.Sum(new float[5])).Peer);
    }

    [Fact]
    public async Task Connect_PredecessorDiesAfterItsHello_IsNamed()
    {
        using var loopback = new Loopback(3);
        using (var dead = LocalAddress.TryConnect(loopback.Members[2], loopback.Members[0]) ?? new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            if (!dead.Connected) dead.Connect(loopback.Members[0].Host, loopback.Members[0].Port);
            LinkSocket.SendFrame(dead, new FrameHeader(FrameKind.Hello, LinkSocket.HashOf("job-1"), 1), new Hello("job-1", 2, "w2", "w0").ToBytes());
        }
        using var successor = loopback.Listener(1).Expect(1, new Hello("job-1", 0, "w0", "w1"));

        var broken = await Loopback.OnThread(() => Assert.Throws<RingBrokenException>(() =>
        {
            using var ring = loopback.Connect(0);
            ring.Sum(new float[10]);
        })).WaitAsync(Promptly);

        Assert.Equal("w2", broken.Peer);
    }

    [Fact]
    public async Task Sum_DamagedOnTheWay_IsDetectedOnEveryMember()
    {
        using var proxies = new Proxies(damagedByte: FrameHeader.Size * 3 + 150);
        using var loopback = new Loopback(3, proxies.InFrontOf);
        var results = await loopback.Run(ring => Assert.Throws<RingBrokenException>(() => ring.Sum(new float[300])));
        Assert.Contains(results, e => e.Reason.Contains("checksum", StringComparison.Ordinal));
        Assert.Equal(results[0].Peer, results[1].Peer);
        Assert.Equal(results[0].Peer, results[2].Peer);
    }
}
