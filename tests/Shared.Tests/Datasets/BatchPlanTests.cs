using CsCheck;
using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets;

public class BatchPlanTests
{
    private static readonly Gen<(int[] Source, int[] Target, int BatchTokens, int Seed)> Plans =
        from lengths in Gen.Select(Gen.Int[0, 40], Gen.Int[0, 40]).Array[1, 300]
        from batchTokens in Gen.Int[1, 400]
        from seed in Gen.Int
        select (lengths.Select(pair => pair.Item1).ToArray(), lengths.Select(pair => pair.Item2).ToArray(), batchTokens, seed);

    [Fact]
    public void Batch_AnyEpoch_HoldsEachExampleExactlyOnce() => Plans.Sample(given =>
        {
            var plan = BatchPlan.Create(given.Source, given.Target, given.BatchTokens, given.Seed);
            foreach (var epoch in new[] { 0, 1, 7 })
            {
                var used = Enumerable.Range(0, plan.StepsPerEpoch).SelectMany(step => plan.Batch(((long)epoch * plan.StepsPerEpoch) + step));
                Assert.Equal(Enumerable.Range(0, given.Target.Length), used.Order());
            }
        }, iter: 300);

    [Fact]
    public void Batch_AnyStep_KeepsTheBudgetWithinOneSentence() => Plans.Sample(given =>
        {
            var plan = BatchPlan.Create(given.Source, given.Target, given.BatchTokens, given.Seed);
            var longest = given.Target.Max() + 1;
            for (var step = 0; step < plan.StepsPerEpoch; step++)
            {
                var batch = plan.Batch(step);
                Assert.NotEmpty(batch);
                Assert.InRange(batch.Sum(example => given.Target[example] + 1), 1, given.BatchTokens + longest);
            }
        }, iter: 300);

    [Fact]
    public void Batch_ReadInAnyOrderByAnyPlan_IsTheSame() => Plans.Sample(given =>
        {
            var (forward, backward) = (Create(), Create());
            var steps = Enumerable.Range(0, Math.Min(60, 2 * forward.StepsPerEpoch)).ToList();
            var batches = steps.ToDictionary(step => step, step => forward.Batch(step).ToArray());
            foreach (var step in steps.AsEnumerable().Reverse()) Assert.Equal(batches[step], backward.Batch(step));
            BatchPlan Create() => BatchPlan.Create(given.Source, given.Target, given.BatchTokens, given.Seed);
    }, iter: 100);

    [Fact]
    public void Batch_NextEpochAndOtherSeed_AreOtherOrders()
    {
        var lengths = Lengths(500);
        var (plan, other) = (BatchPlan.Create(lengths, lengths, 200, 1), BatchPlan.Create(lengths, lengths, 200, 2));
        Assert.NotEqual(plan.Batch(0), plan.Batch(plan.StepsPerEpoch));
        Assert.NotEqual(plan.Batch(0), other.Batch(0));
    }

    [Fact]
    public void Batch_RealisticLengths_WastesLittlePadding()
    {
        var target = Lengths(20_000);
        var random = new DeterministicRandom(9);
        var source = target.Select(length => Math.Max(1, length + random.Next(9) - 4)).ToArray();
        var plan = BatchPlan.Create(source, target, 4096, 1);
        var batches = Enumerable.Range(0, plan.StepsPerEpoch).Select(step => plan.Batch(step)).ToList();
        Assert.InRange(Waste(target), 0, 0.03);
        Assert.InRange(Waste(source), 0, 0.10);

        double Waste(int[] lengths) => 1 - (lengths.Sum() / (double)batches.Sum(batch => batch.Count * batch.Max(example => lengths[example])));
    }

    [Fact]
    public void Batch_FixedInput_NeverChanges()
    {
        var plan = BatchPlan.Create([3, 1, 4, 1, 5, 9, 2, 6], [2, 7, 1, 8, 2, 8, 1, 8], 12, 42);
        Assert.Equal(4, plan.StepsPerEpoch);
        Assert.Equal("3 | 7 | 5 | 2 6 0 4 1 | 3 | 2 6 0 4 1 | 5 | 7",
            string.Join(" | ", Enumerable.Range(0, 8).Select(step => string.Join(' ', plan.Batch(step)))));
    }

    private static readonly Gen<(WeightedSet[] Sets, int[] Lengths, int BatchTokens, int Seed)> Mixtures =
        from sets in Gen.Select(Gen.Int[1, 40],
            Gen.OneOf(Gen.Int[1, 4].Select(weight => (double)weight), Gen.Double[0.3, 3.5], Gen.OneOf(0.5, 0.25, 1.5, 0.1, 1.0 / 3)),
            (count, weight) => new WeightedSet(count, weight)).Array[1, 4]
        where sets.Sum(set => set.UsesIn(1)) > 0
        from lengths in Gen.Int[0, 40].Array[sets.Sum(set => set.Count)]
        from batchTokens in Gen.Int[1, 400]
        from seed in Gen.Int
        select (sets, lengths, batchTokens, seed);

    [Fact]
    public void Batch_WeightedSets_UsesEachExampleWithinOneOfItsWeight() => Mixtures.Sample(given =>
        {
            var plan = Plan(given);
            var uses = new int[given.Lengths.Length];
            foreach (var epoch in Enumerable.Range(0, 7))
            {
                var perSet = new int[given.Sets.Length];
                foreach (var example in Enumerable.Range(0, plan.StepsPerEpoch)
                    .SelectMany(step => plan.Batch(((long)epoch * plan.StepsPerEpoch) + step)))
                {
                    uses[example]++;
                    perSet[SetOf(given.Sets, example)]++;
                }
                Assert.All(given.Sets.Zip(perSet),
                    set => Assert.InRange(set.Second, (set.First.Count * set.First.Weight) - 1.001, (set.First.Count * set.First.Weight) + 1.001));
                for (var example = 0; example < uses.Length; example++)
                {
                    var expected = (epoch + 1) * given.Sets[SetOf(given.Sets, example)].Weight;
                    Assert.InRange(uses[example], expected - 1, expected + 1);
                }
            }
        }, iter: 200);

    [Fact]
    public void Batch_WeightedSetsInAnyOrderOfSteps_AreTheSameAndNeverEmpty() => Mixtures.Sample(given =>
        {
            var (forward, backward) = (Plan(given), Plan(given));
            var steps = Enumerable.Range(0, Math.Min(60, 3 * forward.StepsPerEpoch)).ToList();
            var batches = steps.ToDictionary(step => step, step => forward.Batch(step).ToArray());
            Assert.All(batches.Values, Assert.NotEmpty);
            foreach (var step in steps.AsEnumerable().Reverse()) Assert.Equal(batches[step], backward.Batch(step));
    }, iter: 100);

    [Fact]
    public void Batch_SetsOfWeightOne_AreTheOneSetThatTheyMake() => Plans.Sample(given =>
        {
            var first = given.Target.Length / 3;
            var one = BatchPlan.Create(given.Source, given.Target, given.BatchTokens, given.Seed);
            var several = BatchPlan.Create(given.Source, given.Target, given.BatchTokens, given.Seed,
                [new(first, 1), new(given.Target.Length - first, 1)]);
            Assert.Equal(one.StepsPerEpoch, several.StepsPerEpoch);
            for (var step = 0; step < 2 * one.StepsPerEpoch; step++) Assert.Equal(one.Batch(step), several.Batch(step));
    }, iter: 100);

    [Fact]
    public void Batch_GreatWeight_UsesAnExampleOnceABatchWhereThereAreBatchesEnough()
    {
        var lengths = Enumerable.Range(0, 400).Select(example => 5 + (example % 7)).ToArray();
        var plan = BatchPlan.Create(lengths, lengths, 120, 3, [new(lengths.Length, 5)]);
        Assert.InRange(plan.StepsPerEpoch, 100, 200);
        var uses = Enumerable.Range(0, plan.StepsPerEpoch).SelectMany(step => plan.Batch(step)).ToList();
        Assert.All(uses.CountBy(example => example), each => Assert.Equal(5, each.Value));
        // Two pools meet in a batch now and then, and an example of both may be there twice.
        Assert.InRange(Enumerable.Range(0, plan.StepsPerEpoch).Sum(step => plan.Batch(step).Count - plan.Batch(step).Distinct().Count()), 0, 20);
    }

    [Fact]
    public void Batch_HalfWeight_AlternatesFairly()
    {
        var plan = BatchPlan.Create(Lengths(101), Lengths(101), 200, 3, [new(101, 0.5)]);
        var epochs = Enumerable.Range(0, 4)
            .Select(epoch => Enumerable.Range(0, plan.StepsPerEpoch).SelectMany(step => plan.Batch(((long)epoch * plan.StepsPerEpoch) + step))
                .ToList()).ToList();
        Assert.Equal([50, 51, 50, 51], epochs.Select(epoch => epoch.Count));
        Assert.Equal(Enumerable.Range(0, 101), epochs[0].Concat(epochs[1]).Order());
        Assert.Equal(Enumerable.Range(0, 101), epochs[2].Concat(epochs[3]).Order());
        Assert.NotEqual(epochs[0].Order(), epochs[2].Order());
    }

    [Fact]
    public void Create_WeightsThatLeaveNothing_Refuses() =>
        Assert.StartsWith("The weights of the sets leave an epoch without an example.",
            Assert.Throws<ArgumentException>(() => BatchPlan.Create([1, 2], [1, 2], 10, 0, [new(1, 0.5), new(1, 0.9)])).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Create_SetsOfOtherCounts_NamesBoth() =>
        Assert.StartsWith("The sets have 3 examples together, but there are lengths of 2.",
            Assert.Throws<ArgumentException>(() => BatchPlan.Create([1, 2], [1, 2], 10, 0, [new(3, 1)])).Message, StringComparison.Ordinal);

    private static BatchPlan Plan((WeightedSet[] Sets, int[] Lengths, int BatchTokens, int Seed) given) =>
        BatchPlan.Create(given.Lengths, given.Lengths, given.BatchTokens, given.Seed, given.Sets);

    private static int SetOf(WeightedSet[] sets, int example)
    {
        var set = 0;
        for (var first = 0; example >= first + sets[set].Count; set++) first += sets[set].Count;
        return set;
    }

    [Fact]
    public void Create_UnequalLists_NamesBothCounts()
    {
        var error = Assert.Throws<ArgumentException>(() => BatchPlan.Create([1, 2], [1], 10, 0));
        Assert.StartsWith("There are 2 source lengths and 1 target lengths", error.Message, StringComparison.Ordinal);
    }

    private static int[] Lengths(int count)
    {
        var random = new DeterministicRandom(5);
        return [.. Enumerable.Range(0, count).Select(_ => 4 + random.Next(12) + random.Next(12) + random.Next(12))];
    }
}
