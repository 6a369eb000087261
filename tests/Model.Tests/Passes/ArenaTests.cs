using DistTrain.Model.Passes;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Passes;

public class ArenaTests
{
    [Fact]
    public void Take_AfterWhatIsNeededIsKnown_GivesNeighboursThatDoNotOverlap_AndTheSameMemoryAgain()
    {
        using var scope = NewDisposeScope();
        using var arena = new Arena(ScalarType.Float32, CPU);
        foreach (var pass in Enumerable.Range(0, 3))
        {
            arena.Clear();
            var (first, second) = (arena.Take(3, 5).fill_(1), arena.Take(7, 1).fill_(2));
            var used = arena.Used;
            arena.Take(10, 10).fill_(3);
            arena.Release(used);
            var third = arena.Take(10, 10).fill_(4);
            Assert.All(first.ToArray(), value => Assert.Equal(1, value));
            Assert.All(second.ToArray(), value => Assert.Equal(2, value));
            Assert.All(third.ToArray(), value => Assert.Equal(4, value));
            Assert.Equal([3L, 5], first.shape);
            Assert.Equal(32 + 32 + 128, arena.Used);
        }
    }

    [Fact]
    public void Free_AfterALargePass_TakesNoMoreThanTheNextPassNeeds()
    {
        using var scope = NewDisposeScope();
        using var arena = new Arena(ScalarType.Float32, CPU);
        arena.Take(1000, 1000);
        arena.Free();
        arena.Clear();
        // Nothing is kept, so that this is memory of its own.
        arena.Take(3, 5).fill_(1);
        Assert.Equal(32, arena.Used);
        arena.Clear();
        Assert.All(arena.Take(3, 5).fill_(2).ToArray(), value => Assert.Equal(2, value));
    }
}
