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

    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(1.0, 0.5, 2.0)]
    [InlineData(0.01, 5.0, 1.0, 1.0)]
    public void Split_BySpeeds_LetsAllBeDoneAtAboutTheSameTime(params double[] speeds)
    {
        var random = new Random(3);
        for (var round = 0; round < 50; round++)
        {
            var costs = Enumerable.Range(0, random.Next(0, 60)).Select(_ => (long)random.Next(1, 100)).ToArray();
            int[] batch = [.. Enumerable.Range(0, costs.Length)];

            var shares = BatchShares.Split(batch, example => costs[example], speeds.Length, speeds);

            Assert.Equal(batch, shares.SelectMany(share => share).Order());
            var done = shares.Select((share, member) => share.Sum(example => costs[example]) / speeds[member]).ToList();
            // Nobody who has something would have been better off with its last example at another.
            for (var member = 0; member < speeds.Length; member++)
                if (shares[member].Count > 0)
                    Assert.All(done.Select((other, index) => other + shares[member].Min(example => costs[example]) / speeds[index]),
                        other => Assert.True(done[member] <= other + 1e-9));
        }
    }

    [Fact]
    public void Split_ByEqualSpeeds_IsAsWithout()
    {
        int[] batch = [.. Enumerable.Range(0, 97)];
        Assert.Equal(BatchShares.Split(batch, example => example * 7 % 31, 3), BatchShares.Split(batch, example => example * 7 % 31, 3, [1, 1, 1]));
    }

    [Fact]
    public void Split_MoreMembersThanExamples_LeavesSomeWithoutData()
    {
        var shares = BatchShares.Split([7, 8], _ => 0, 3);
        Assert.Equal([[7], [8], []], shares.Select(share => share.ToArray()));
    }
}
