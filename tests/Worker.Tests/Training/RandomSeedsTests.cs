using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

public class RandomSeedsTests
{
    [Fact]
    public void OfStep_EveryPlaceInTraining_HasItsOwnSeed()
    {
        var seeds = from seed in new long[] { 0, 1, -1 } from phase in Enumerable.Range(0, 3) from step in Enumerable.Range(1, 100) from rank in Enumerable.Range(0, 4)
                    select RandomSeeds.OfStep(seed, phase, step, rank);
        Assert.Equal(3 * 3 * 100 * 4, seeds.Distinct().Count());
    }

    [Fact]
    public void OfStep_SamePlace_IsTheSameInEveryRelease() => Assert.Equal(1036853849272035154L, RandomSeeds.OfStep(1, 0, 1, 0));
}
