using DistTrain.Coordinator.Workers;

namespace DistTrain.Coordinator.Tests.Workers;

public class NotedTests
{
    [Fact]
    public void First_KnownUntilTooMuchIsKnown()
    {
        var noted = new Noted<int>();

        Assert.True(noted.First(1));
        Assert.False(noted.First(1));
        for (var other = 2; other <= Noted<int>.Capacity; other++) Assert.True(noted.First(other));
        Assert.False(noted.First(1));
        Assert.True(noted.First(-1));
        Assert.True(noted.First(1));
    }
}
