using System.Net.Sockets;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Tests.Collectives;

public class LocalAddressTests
{
    [Fact]
    public void TryConnect_MemberOfTheSameHost_GivesAUnixSocketToItsDataPlane()
    {
        using var listener = DataPlaneListener.Start("127.0.0.1", 0);
        var member = new RingMember("w1", listener.Host, listener.Port);
        using var link = LocalAddress.TryConnect(new RingMember("w0", "127.0.0.1", 1), member);
        Assert.Equal(OperatingSystem.IsLinux() ? AddressFamily.Unix : null, link?.AddressFamily);
        Assert.Null(LocalAddress.TryConnect(new RingMember("w0", "localhost", 1), member));
        listener.Dispose();
        Assert.Null(LocalAddress.TryConnect(new RingMember("w0", "127.0.0.1", 1), member));
    }

    [Fact]
    public void TryListen_NameIsTaken_GivesNothing()
    {
        using var listener = DataPlaneListener.Start("127.0.0.1", 0);
        Assert.Null(LocalAddress.TryListen(listener.Host, listener.Port));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Sum_OverLocalLinksOrTcp_IsTheSame(bool local)
    {
        // Members of different hosts, by name, dial ports.
        string[] hosts = local ? ["127.0.0.1", "127.0.0.1"] : ["127.0.0.1", "localhost"];
        using var loopback = new Loopback(2, hosts: hosts);
        var sums = await loopback.Run(ring =>
        {
            var values = Enumerable.Range(0, 300_000).Select(i => (float)(i % 1000 * (ring.Rank + 1))).ToArray();
            ring.Sum(values);
            return values;
        });
        Assert.All(sums, sum => Assert.Equal(Enumerable.Range(0, 300_000).Select(i => (float)(i % 1000 * 3)), sum));
    }
}
