using CsCheck;
using DistTrain.Shared.Runs;

namespace DistTrain.Shared.Tests.Runs;

public class StepRangesTests
{
    [Fact]
    public void With_AnyRanges_HoldsWhatASetOfStepsHolds() =>
        Gen.Select(Gen.Select(Gen.Long[1, 20], Gen.Long[0, 5]).Array[0, 8], Gen.Long[0, 25]).Sample((added, cut) =>
        {
            var ranges = added.Aggregate(StepRanges.Empty, (all, next) => all.With(next.Item1, next.Item1 + next.Item2));
            var set = added.SelectMany(next => Enumerable.Range(0, (int)next.Item2 + 1).Select(i => next.Item1 + i)).ToHashSet();
            Same(set, ranges);
            Same([.. set.Where(step => step <= cut)], ranges.UpTo(cut));
        }, iter: 500);

    private static void Same(HashSet<long> expected, StepRanges ranges)
    {
        var steps = Enumerable.Range(1, 30).Select(step => (long)step).ToList();
        Assert.Equal(steps.Where(expected.Contains), steps.Where(ranges.Holds));
        Assert.Equal(steps.Where(step => !expected.Contains(step)),
            ranges.Gaps(30).SelectMany(gap => steps.Where(step => gap.From <= step && step <= gap.To)));
        Assert.Equal(steps.TakeWhile(expected.Contains).LastOrDefault(), ranges.Whole);
        Assert.Equal(expected.DefaultIfEmpty().Max(), ranges.Last);
        Assert.All(ranges.All.Zip(ranges.All.Skip(1)), pair => Assert.True(pair.First.To + 1 < pair.Second.From));
    }
}
