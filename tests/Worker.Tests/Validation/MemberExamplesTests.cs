using DistTrain.Model.Weights;
using CsCheck;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Validation;

namespace DistTrain.Worker.Tests.Validation;

public class MemberExamplesTests
{
    [Fact]
    public void Groups_AnySetAndRing_GiveEachExampleToOneMemberInGroupsThatFit() =>
        Gen.Select(Gen.Int[1, 30].Array[0, 60], Gen.Int[1, 5], Gen.Int[1, 80]).Sample((costs, size, limit) =>
        {
            var groups = Enumerable.Range(0, size)
                .SelectMany(rank =>
                    MemberExamples.Groups(new Member(rank, size), costs.Length, example => costs[example], limit, CancellationToken.None)).ToList();
            Assert.Equal(Enumerable.Range(0, costs.Length), groups.SelectMany(group => group).Order());
            Assert.All(groups, group => Assert.True(group.Count == 1 || group.Count * group.Max(example => costs[example]) <= limit));
        }, iter: 300);

    private sealed record Member(int Rank, int Size) : IAllReduce
    {
        public string Share(FlatBuffer buffer) => throw new NotSupportedException();
        public void BeginStep(long step) => throw new NotSupportedException();
        public void Alive() { }
        public void Sum(Span<float> values) => throw new NotSupportedException();
        public void Sum(Span<double> scalars) => throw new NotSupportedException();
        public void Broadcast(Span<float> values, int root) => throw new NotSupportedException();
        public void Dispose() { }
    }
}
