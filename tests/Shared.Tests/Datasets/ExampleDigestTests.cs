using CsCheck;
using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets;

public class ExampleDigestTests
{
    [Fact]
    public void OfSums_AnyShares_IsThatOfTheWhole() =>
        Gen.Select(Gen.Int[0, int.MaxValue].Array[0, 200], Gen.Int[1, 5]).Sample((examples, members) =>
        {
            var shares = Enumerable.Range(0, members)
                .Select(rank => ExampleDigest.Of(examples.Where((_, place) => place % members == rank))).ToList();
            Assert.Equal(ExampleDigest.Of(examples),
                ExampleDigest.OfSums(shares.Sum(share => (double)share.Count), shares.Sum(share => (double)share.Sum)));
        });

    [Fact]
    public void Of_AnotherExampleOrOneTwice_DiffersInSum()
    {
        Assert.NotEqual(ExampleDigest.Of([1, 2]).Sum, ExampleDigest.Of([1, 3]).Sum);
        Assert.NotEqual(ExampleDigest.Of([1, 2, 3]).Sum, ExampleDigest.Of([1, 2, 2]).Sum);
        Assert.NotEqual(ExampleDigest.Of([1, 4]).Sum, ExampleDigest.Of([2, 3]).Sum);
    }

    [Fact]
    public void Of_TwoMillionMembers_IsStillExact() =>
        Assert.Equal(new ExampleDigest(2_000_000, (2_000_000L * uint.MaxValue) & uint.MaxValue),
            ExampleDigest.OfSums(2_000_000, Enumerable.Repeat((double)uint.MaxValue, 2_000_000).Sum()));

    // Journals hold sums of these.
    [Fact]
    public void Of_SameExamples_IsTheSameInEveryRelease() =>
        Assert.Equal((1716652106, 2168744943), (ExampleDigest.Of([0, 1, 2]).Sum, ExampleDigest.OfStep(1, 2)));
}
