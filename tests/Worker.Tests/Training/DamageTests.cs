using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Data;
using DistTrain.Worker.Phases.Supervised;
using DistTrain.Worker.Tests.Collectives;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging.Abstractions;

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

    private static void Train(TestJob job, Loopback loopback, IAllReduce ring, long damagedIn)
    {
        var names = loopback.Members.Select(member => new TrainingProtocol.Member(new WorkerId(member.Worker), member.Host, member.Port)).ToList();
        var plan = TrainingPlan.Of(job.Assignment(names, ring.Rank));
        using var stores = new PhaseStores(plan.Data);
        using var state = TrainingState.AtPhaseStart(plan);
        var source = new TranslationBatches(stores.Train);
        var lengths = Enumerable.Range(0, source.Count).Select(example => (int)source.TargetTokens(example) - 1).ToList();
        var batches = BatchPlan.Create(lengths, lengths, plan.Phase.BatchTokens, seed: 1);
        var objective = new Damaged(new SupervisedObjective(state.Parameters, 0.1), () =>
        {
            // Adam's moment: the parameters differ a step later.
            if (ring.Rank == 1 && state.Step + 1 == damagedIn) state.Optimizer.SecondMoment.Host.Span[7] += 1e-3f;
        });
        using var work = new PhaseWork<SentencePairs>(plan, objective, source, batches, [], TimeProvider.System, NullLogger.Instance);
        using var gradients = new GradientReducer(ring, state.Parameters);
        using var stop = new GenerationStop();
        var progress = new TrainingProgress(ring, new StepLedger(), new RecordingListener(), TimeProvider.System, NullLogger.Instance);
        new TrainingLoop(plan, state, work, ring, gradients, null, progress, stop, TimeProvider.System).Run();
    }

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
