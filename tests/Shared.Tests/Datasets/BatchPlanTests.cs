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
        Assert.Equal("3 | 7 | 5 | 2 6 0 4 1 | 3 | 2 6 0 4 1 | 5 | 7", string.Join(" | ", Enumerable.Range(0, 8).Select(step => string.Join(' ', plan.Batch(step)))));
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
