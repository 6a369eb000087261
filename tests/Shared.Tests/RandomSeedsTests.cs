namespace DistTrain.Shared.Tests;

public class RandomSeedsTests
{
    [Fact]
    public void OfStep_EveryPlaceInTraining_HasItsOwnSeed()
    {
        var seeds = from seed in new long[] { 0, 1, -1 } from phase in Enumerable.Range(0, 3) from step in Enumerable.Range(1, 100)
                    select RandomSeeds.OfStep(seed, phase, step);
        Assert.Equal(3 * 3 * 100, seeds.Distinct().Count());
    }

    [Fact]
    public void OfStep_SamePlace_IsTheSameInEveryRelease() => Assert.Equal(4538157134184268369L, RandomSeeds.OfStep(1, 0, 1));
}
