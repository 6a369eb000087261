using CsCheck;
using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Tests.Datasets;

public class BatchSharesTests
{
    [Fact]
    public void Split_AnyBatch_GivesEachExampleToOneMemberAndBalancesCost() =>
        Gen.Select(Gen.Int[1, 90].Array[0, 80], Gen.Int[1, 9]).Sample((costs, members) =>
        {
            var batch = Enumerable.Range(0, costs.Length).Reverse().ToArray();
            var shares = BatchShares.Split(batch, example => costs[example], members);
            Assert.Equal(members, shares.Length);
            Assert.Equal(batch.Order(), shares.SelectMany(share => share).Order());
            var loads = shares.Select(share => share.Sum(example => costs[example])).ToList();
            Assert.True(loads.Max() - loads.Min() <= costs.DefaultIfEmpty().Max());
            Assert.All(shares, share => Assert.Equal(share.OrderByDescending(example => example), share));
        }, iter: 500);

    [Fact]
    public void Split_MoreMembersThanExamples_LeavesSomeWithoutData()
    {
        var shares = BatchShares.Split([7, 8], _ => 0, 3);
        Assert.Equal([[7], [8], []], shares.Select(share => share.ToArray()));
    }
}
