using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Tests.Collectives;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

/// <summary>A bit of one member's memory turns over while it trains.</summary>
[Collection(TorchTests.OneAtATime)]
public class DamageTests
{
    [Theory]
    [InlineData(3, 5, 5)]
    [InlineData(3, 6, 10)]
    [InlineData(4, 1, 5)]
    public async Task Run_OneMemberIsDamaged_IsNamedByAllAtTheNextComparison(int members, long damagedIn, long found)
    {
        var failures = await Train(members, damagedIn, verifyEvery: 5);
        Assert.All(failures, failure => Assert.StartsWith($"After step {found} the parameters of w1 differ from those of the other members.",
            Assert.IsType<WorkerFaultException>(failure).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_OneOfTwoIsDamaged_NobodyIsNamedAndAllSaySo()
    {
        var failures = await Train(members: 2, damagedIn: 3, verifyEvery: 5);
        Assert.All(failures, failure => Assert.StartsWith("After step 5 the parameters of w0 and w1 differ, and nobody knows whose are right",
            Assert.IsType<MembersDifferException>(failure).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_WithoutComparisons_IsFoundBeforeTheCheckpoint()
    {
        var failures = await Train(members: 3, damagedIn: 3, verifyEvery: 0);
        Assert.All(failures, failure => Assert.StartsWith("After step 20 the parameters of w1 differ", failure!.Message, StringComparison.Ordinal));
    }

    private static async Task<Exception?[]> Train(int members, long damagedIn, int verifyEvery)
    {
        using var job = ToyJob.Create(steps: 30, verifyEvery: verifyEvery);
        using var loopback = new Loopback(members);
        return await loopback.Run(ring => Record.Exception(() => Train(job, loopback, ring, damagedIn)));
    }

    private static void Train(TestJob job, Loopback loopback, IAllReduce ring, long damagedIn) =>
        BareLoop.Run(job, loopback, ring, (state, objective) => new Damaged(objective, () =>
        {
            // Adam's moment: the parameters differ a step later.
            if (ring.Rank == 1 && state.Step + 1 == damagedIn) state.Optimizer.SecondMoment.Host.Span[7] += 1e-3f;
        }));

    private sealed class Damaged(IObjective<SentencePairs> objective, Action damage) : IObjective<SentencePairs>
    {
        public IReadOnlyList<string> MetricNames => objective.MetricNames;

        public ObjectiveSums Backward(SentencePairs batch, long seed, Action<int>? final)
        {
            damage();
            return objective.Backward(batch, seed, final);
        }

        public ObjectiveSums Evaluate(SentencePairs batch) => objective.Evaluate(batch);
    }
}
