using System.Net.Sockets;
using System.Text;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Tests.Collectives;

public class DataPlaneListenerTests
{
    [Fact]
    public async Task Connect_OlderGeneration_IsRefusedWithTheReason()
    {
        using var loopback = new Loopback(2);
        var connecting = Task.WhenAll(Loopback.OnThread(() => loopback.Connect(0, generation: 2)),
            Loopback.OnThread(() => loopback.Connect(1, generation: 2)));
        var rings = await connecting.WaitAsync(TimeSpan.FromSeconds(10));

        var e = await Loopback.OnThread(() => Assert.Throws<RingBrokenException>(() => loopback.Connect(0, generation: 1)));

        Assert.Equal("w1", e.Peer);
        Assert.Contains("generation 1 is over", e.Message, StringComparison.Ordinal);
        Assert.All(rings, ring => ring.Dispose());
    }

    [Fact]
    public async Task Connect_PredecessorNeverComes_NamesIt()
    {
        using var loopback = new Loopback(3);
        var options = Loopback.Quick with { ConnectLimit = TimeSpan.FromSeconds(3) };
        var first = Loopback.OnThread(() => Assert.Throws<RingBrokenException>(() => loopback.Connect(0, options)));
        var second = Loopback.OnThread(() => Assert.Throws<RingBrokenException>(() => loopback.Connect(1, options)));
        Assert.Equal("w2", (await first).Peer);
        Assert.StartsWith("w", (await second).Peer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_Cancelled_EndsAtOnce()
    {
        using var loopback = new Loopback(2);
        using var stop = new CancellationTokenSource();
        var connecting = Loopback.OnThread(() => Record.Exception(() => loopback.Connect(0, stop: stop.Token)));
        await stop.CancelAsync();
        Assert.IsType<OperationCanceledException>(await connecting.WaitAsync(TimeSpan.FromSeconds(5)), exactMatch: false);
    }

    [Fact]
    public async Task Connect_GenerationUnknownFirst_WaitsForIt()
    {
        using var loopback = new Loopback(2);
        var first = Loopback.OnThread(() => loopback.Connect(0));
        Assert.NotSame(first, await Task.WhenAny(first, Task.Delay(200)));
        using var second = await Loopback.OnThread(() => loopback.Connect(1));
        using var ring = await first.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Equal((0, 2), (ring.Rank, ring.Size));
    }

    [Fact]
    public async Task Connect_MembersOfOneProcess_ShareItsListener()
    {
        using var plane = DataPlaneListener.Start("127.0.0.1", 0);
        RingMember[] members = [new("gpu-0", plane.Host, plane.Port), new("gpu-1", plane.Host, plane.Port)];
        float[] sums = await Task.WhenAll(members.Select((_, rank) => Loopback.OnThread(() =>
        {
            using var ring = Ring.Connect(plane, "job-1", 1, members, rank, Loopback.Quick, CancellationToken.None);
            float[] values = [rank + 1];
            ring.Sum(values);
            return values[0];
        })));
        Assert.Equal([3f, 3f], sums);
    }

    [Fact]
    public async Task Connect_MembersDisagreeOnTheOrder_IsRefused()
    {
        using var loopback = new Loopback(3);
        RingMember[] other = [loopback.Members[2], loopback.Members[1], loopback.Members[0]];
        using var expected = loopback.Listener(1).Expect(1, new Hello("job-1", 0, "w0", "w1"));
        var e = await Loopback.OnThread(() => Assert.Throws<RingBrokenException>(
            () => Ring.Connect(loopback.Listener(2), "job-1", 1, other, 0, Loopback.Quick, CancellationToken.None)));
        Assert.Contains("expects its predecessor 'w0' (rank 0), not 'w2' (rank 0)", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: example.org\r\nUser-Agent: a browser that lost its way\r\n\r\n")]
    [InlineData("")]
    public async Task Accept_SomethingElse_IsClosedAndRingsStillForm(string text)
    {
        using var loopback = new Loopback(2);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
        stranger.Connect(loopback.Members[0].Host, loopback.Members[0].Port);
        stranger.Send(Encoding.ASCII.GetBytes(text));
        stranger.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, ReceiveOrReset(stranger));
        float[] sums = await loopback.Run(ring => { var one = new[] { 1f }; ring.Sum(one); return one[0]; });
        Assert.Equal([2f, 2f], sums);
    }

    [Fact]
    public void Accept_OversizedHello_IsRefusedBeforeMemoryIsTaken()
    {
        using var loopback = new Loopback(1);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
        stranger.Connect(loopback.Members[0].Host, loopback.Members[0].Port);
        var header = new byte[FrameHeader.Size];
        new FrameHeader(FrameKind.Hello, 1, 1, Length: int.MaxValue).Write(header);
        stranger.Send(header);
        Assert.Equal(0, ReceiveOrReset(stranger));
    }

    /// <summary>A version that fits in no int, a name that is a number, a payload of 0xC1, a map, nothing, and a list that ends early.</summary>
    [Theory]
    [InlineData("95CEFFFFFFFFA17800A161A162")]
    [InlineData("9501CEFFFFFFFF00A161A162")]
    [InlineData("9501A178CFFFFFFFFFFFFFFFFFA161A162")]
    [InlineData("C1C1C1C1")]
    [InlineData("DFFFFFFFFF")]
    [InlineData("")]
    [InlineData("9501")]
    public async Task Accept_HelloThatCannotBeRead_EndsNothingButItsLink(string payload)
    {
        using var loopback = new Loopback(2);
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
        stranger.Connect(loopback.Members[0].Host, loopback.Members[0].Port);
        LinkSocket.SendFrame(stranger, new FrameHeader(FrameKind.Hello, 1, 1), Convert.FromHexString(payload));

        Assert.Equal(0, ReceiveOrReset(stranger));
        await AssertRingForms(loopback);
    }

    [Fact]
    public async Task Accept_MoreIdleLinksThanMayWait_RingsStillForm()
    {
        using var loopback = new Loopback(2);
        var idle = new List<Socket>();
        try
        {
            for (var i = 0; i < 200; i++)
            {
                var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
                idle.Add(stranger);
                stranger.Connect(loopback.Members[i % 2].Host, loopback.Members[i % 2].Port);
            }
            await AssertRingForms(loopback);
            Assert.Equal(0, ReceiveOrReset(idle[0]));
        }
        finally
        {
            idle.ForEach(link => link.Dispose());
        }
    }

    [Fact]
    public async Task Connect_StrangerInANeighboursPlace_IsRefusedAndTheNeighbourIsTaken()
    {
        using var loopback = new Loopback(2);
        var options = Loopback.Quick with { Token = "secret" };
        // A ring that forms and goes while the stranger's thread wakes leaves it waiting for as long as for a generation that is not known.
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 120_000 };
        stranger.Connect(loopback.Members[1].Host, loopback.Members[1].Port);
        LinkSocket.SendFrame(stranger, new FrameHeader(FrameKind.Hello, LinkSocket.HashOf("job-1"), 1),
            new Hello("job-1", 0, "w0", "w1", "guess").ToBytes());

        await AssertRingForms(loopback, options);

        var (header, payload) = LinkSocket.ReceiveMessage(stranger);
        Assert.Equal(FrameKind.Refused, header.Kind);
        Assert.DoesNotContain("secret", Encoding.UTF8.GetString(payload), StringComparison.Ordinal);
    }

    [Fact]
    public void Start_PortInUse_SaysWhatToDo()
    {
        using var first = DataPlaneListener.Start("127.0.0.1", 0);
        var e = Assert.Throws<IOException>(() => DataPlaneListener.Start("127.0.0.1", first.Port));
        Assert.Contains($"cannot listen on 127.0.0.1:{first.Port}", e.Message, StringComparison.Ordinal);
    }

    private static async Task AssertRingForms(Loopback loopback, RingOptions? options = null)
    {
        float[] sums = await loopback.Run(ring => { var one = new[] { 1f }; ring.Sum(one); return one[0]; }, options);
        Assert.Equal([2f, 2f], sums);
    }

    private static int ReceiveOrReset(Socket socket)
    {
        try
        {
            return socket.Receive(new byte[16]);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }
}
