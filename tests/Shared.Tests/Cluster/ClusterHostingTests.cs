using DistTrain.Shared.Cluster;

namespace DistTrain.Shared.Tests.Cluster;

public class ClusterHostingTests
{
    [Theory]
    [InlineData("::1", "[::1]")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    public void ClientConfig_AnyHost_IsNamedInTheFormThatAPortCanFollow(string host, string named) =>
        Assert.Equal(named, ClusterHosting.ClientConfig(host).GetString("akka.remote.dot-netty.tcp.public-hostname"));
}
