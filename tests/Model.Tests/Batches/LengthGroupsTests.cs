using CsCheck;
using DistTrain.Model.Batches;

namespace DistTrain.Model.Tests.Batches;

public class LengthGroupsTests
{
    [Fact]
    public void Of_AnyLengths_HasEveryIndexOnceAndNoGroupAboveTheBudget() =>
        Gen.Select(Gen.Int[1, 50].Array[0, 100], Gen.Int[1, 300]).Sample((lengths, tokens) =>
        {
            var groups = LengthGroups.Of(lengths.Length, index => lengths[index], tokens).ToList();
            Assert.Equal(Enumerable.Range(0, lengths.Length), groups.SelectMany(group => group).Order());
            Assert.All(groups, group => Assert.True(group.Count == 1 || group.Count * group.Max(index => lengths[index]) <= tokens));
    }, iter: 100);
}
