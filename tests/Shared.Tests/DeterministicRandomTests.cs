
namespace DistTrain.Shared.Tests;

public class DeterministicRandomTests
{
    [Fact]
    public void NextBits_FixedKey_NeverChanges()
    {
        var random = new DeterministicRandom(1, 2);
        Assert.Equal([6637761277257410096UL, 7842712669375960356, 12129101788919915641],
            new[] { random.NextBits(), random.NextBits(), random.NextBits() });
    }

    [Fact]
    public void Next_ManyDraws_AreUniform()
    {
        var random = new DeterministicRandom(3);
        var counts = new int[7];
        for (var draw = 0; draw < 70_000; draw++) counts[random.Next(7)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
    }

    [Fact]
    public void Constructor_KeyInOtherOrder_GivesOtherNumbers() =>
        Assert.NotEqual(new DeterministicRandom(1, 2).NextBits(), new DeterministicRandom(2, 1).NextBits());

    [Fact]
    public void Shuffle_ThreeItems_GivesEveryOrderAlikeOften()
    {
        var random = new DeterministicRandom(4);
        var seen = new Dictionary<string, int>();
        for (var draw = 0; draw < 60_000; draw++)
        {
            var items = new[] { 'a', 'b', 'c' };
            random.Shuffle<char>(items);
            seen[new string(items)] = seen.GetValueOrDefault(new string(items)) + 1;
        }
        Assert.Equal(6, seen.Count);
        Assert.All(seen.Values, count => Assert.InRange(count, 9_600, 10_400));
    }
}
