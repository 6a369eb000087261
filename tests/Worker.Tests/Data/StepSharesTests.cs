using CsCheck;
using DistTrain.Shared.Datasets;
using DistTrain.Worker.Data;

namespace DistTrain.Worker.Tests.Data;

public class StepSharesTests
{
    [Fact]
    public void Next_AnyMembersAndPieces_GivesEveryExampleOfTheStepToOneMemberInPiecesOfTheBudget() =>
        Gen.Select(Gen.Int[0, 30].Array[1, 60], Gen.Int[1, 4], Gen.Int[1, 200]).Sample((lengths, members, pieceTokens) =>
        {
            var source = new Lengths(lengths);
            var plan = BatchPlan.Create(lengths, lengths, 120, seed: 1);
            for (var step = 0; step < plan.StepsPerEpoch; step++)
            {
                var pieces = Enumerable.Range(0, members).SelectMany(rank =>
                {
                    using var shares = new StepShares<IReadOnlyList<int>>(plan, source, rank, members, pieceTokens, step, step + 1);
                    var share = shares.Next(CancellationToken.None);
                    Assert.Equal(plan.Batch(step).Sum(source.TargetTokens), share.GlobalTargetTokens);
                    Assert.NotEmpty(share.Pieces);
                    Assert.Equal(ExampleDigest.Of(share.Pieces.SelectMany(piece => piece)), share.Examples);
                    return share.Pieces;
                }).ToList();
                Assert.Equal(plan.Batch(step).Order(), pieces.SelectMany(piece => piece).Order());
                Assert.All(pieces, piece => Assert.True(piece.Count <= 1 || piece.Count * piece.Max(source.PaddedTokens) <= pieceTokens));
            }
        }, iter: 30);

    private sealed class Lengths(int[] lengths) : IBatchSource<IReadOnlyList<int>>
    {
        public int Count => lengths.Length;
        public long Cost(int example) => TargetTokens(example);
        public long TargetTokens(int example) => lengths[example] + 1;
        public int PaddedTokens(int example) => lengths[example] + 1;
        public IReadOnlyList<int> Batch(IReadOnlyList<int> examples) => examples;
    }
}
