using System.Net;
using DistTrain.Shared.Cluster;

namespace DistTrain.Shared.Tests.Cluster;

public class ReachabilityTests
{
    private static readonly Reachability Debian = new(
        name => name switch { "myhost" => [IPAddress.Parse("127.0.1.1")], "localhost" => [IPAddress.Loopback], "other" =>
            [IPAddress.Parse("10.0.0.2")], _ => [] },
        [IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("10.0.0.1")]);

    [Theory]
    [InlineData("127.0.0.1", "")]
    [InlineData("127.0.0.1", "127.0.0.1:4053")]
    [InlineData("127.0.0.1", "10.0.0.1:4053")]
    [InlineData("localhost", "localhost:4053")]
    [InlineData("::1", "[::1]:4053")]
    [InlineData("10.0.0.1", "10.0.0.2:4053")]
    [InlineData("unknown", "10.0.0.2:4053")]
    [InlineData("127.0.0.1", "unknown:4053")]
    public void Problem_HostThatTheSeedsReach_IsNull(string host, string seeds) =>
        Assert.Null(Debian.Problem(new ClusterOptions { Host = host, Seeds = seeds }));

    [Theory]
    [InlineData("myhost", "", "which this machine takes for 127.0.1.1")]
    [InlineData("myhost", "other:4053", "which this machine takes for 127.0.1.1")]
    [InlineData("127.0.0.1", "other:4053", "the seed other is another machine")]
    [InlineData("::1", "10.0.0.2:4053", "the seed 10.0.0.2 is another machine")]
    [InlineData("localhost", "127.0.0.1:1,10.0.0.3:4053", "the seed 10.0.0.3 is another machine")]
    public void Problem_HostThatOnlyThisMachineReaches_NamesTheRemedy(string host, string seeds, string reason)
    {
        var problem = Debian.Problem(new ClusterOptions { Host = host, Seeds = seeds });
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Contains("--host", problem, StringComparison.Ordinal);
    }
}
