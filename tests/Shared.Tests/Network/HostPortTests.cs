using DistTrain.Shared.Cluster;
using DistTrain.Shared.Network;

namespace DistTrain.Shared.Tests.Network;

public class HostPortTests
{
    [Theory]
    [InlineData("10.0.0.1:4053", "10.0.0.1", 4053)]
    [InlineData("node-1.example.org:1", "node-1.example.org", 1)]
    [InlineData("[::1]:4053", "[::1]", 4053)]
    [InlineData("::1:4053", "[::1]", 4053)]
    [InlineData("[fd00:0:0::1]:65535", "[fd00::1]", 65535)]
    public void TryParse_HostAndPort_AreTold(string text, string host, int port)
    {
        Assert.True(HostPort.TryParse(text, out var found, out var number));
        Assert.Equal((host, port), (found, number));
        Assert.Equal($"{host}:{port}", HostPort.Text(found, number));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":4053")]
    [InlineData("node")]
    [InlineData("node:")]
    [InlineData("node:0")]
    [InlineData("node:65536")]
    [InlineData("node:-1")]
    [InlineData("::1")]
    [InlineData("[::1]")]
    [InlineData("[::1:4053")]
    [InlineData("[::1]:99:4053")]
    [InlineData("a:b:4053")]
    [InlineData("0.0.0.0:4053")]
    [InlineData("tcp://node:4053")]
    public void TryParse_SomethingElse_IsRefused(string text) => Assert.False(HostPort.TryParse(text, out _, out _));

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("[::]")]
    public void Problems_HostThatNobodyCanDial_IsRefusedWithTheRemedy(string host)
    {
        var problem = Assert.Single(new ClusterOptions { Host = host }.Problems());
        Assert.Contains($"--bind {host}", problem, StringComparison.Ordinal);
        Assert.Empty(new ClusterOptions { Host = "10.0.0.1", Bind = host }.Problems());
    }

    [Fact]
    public void SeedAddresses_IPv6_HaveBrackets() => Assert.Equal(
        ["akka.tcp://disttrain@[::1]:4053", "akka.tcp://disttrain@[::1]:4054", "akka.tcp://disttrain@a:1"],
        new ClusterOptions { Seeds = "::1:4053, [::1]:4054,a:1" }.SeedAddresses().Select(address => address.ToString()));
}
