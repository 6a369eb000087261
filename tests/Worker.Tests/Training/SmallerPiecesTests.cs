using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Tests.Collectives;
using DistTrain.Worker.Training;
using TorchSharp;

namespace DistTrain.Worker.Tests.Training;

/// <summary>Members that run out of memory, over real rings.</summary>
[Collection(TorchTests.OneAtATime)]
public class SmallerPiecesTests
{
    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(2, 0.1)]
    [InlineData(3, 0)]
    public async Task Run_AMemberHasTooLittleMemory_EndsBitForBitAsWithSmallPiecesFromTheStart(int members, double dropout)
    {
        const int Needed = 15;
        var runs = new List<(float[] Weights, int PieceTokens)[]>();
        foreach (var (pieceTokens, memory) in new[] { (4 * Needed, Needed), (Needed, int.MaxValue) })
        {
            using var job = ToyJob.Create(steps: 6, dropout: dropout, change: phase => phase with { MicroBatchTokens = pieceTokens });
            runs.Add(await Train(job, members, rank => rank == members - 1 ? memory : int.MaxValue));
        }
        Assert.All(runs[0], member => Assert.Equal(Needed, member.PieceTokens));
        Assert.All(runs.SelectMany(run => run), member => Assert.Equal(runs[1][0].Weights, member.Weights));
    }

    [Fact]
    public async Task Run_NotEvenOneExampleFits_FailsOnEveryMemberAndNamesTheWorker()
    {
        using var job = ToyJob.Create(steps: 6);
        using var loopback = new Loopback(2);
        var failures = await loopback.Run(ring => Record.Exception(() => Train(job, loopback, ring, memory: ring.Rank == 1 ? 0 : int.MaxValue)));
        Assert.All(failures, failure => Assert.Equal(
            "In step 1, w1 had not enough memory for a single example. Leave out long sentences with data.max_length, make the model smaller, and " +
                "submit the job anew; or give its workers more memory, and go on with 'disttrain resume'.",
            Assert.IsType<WorkerFaultException>(failure).Message));
    }

    private static async Task<(float[] Weights, int PieceTokens)[]> Train(TestJob job, int members, Func<int, int> memory)
    {
        using var loopback = new Loopback(members);
        return await loopback.Run(ring => Train(job, loopback, ring, memory(ring.Rank)));
    }

    private static (float[] Weights, int PieceTokens) Train(TestJob job, Loopback loopback, IAllReduce ring, int memory) =>
        BareLoop.Run(job, loopback, ring, (_, objective) => new SmallMemory(objective, memory));

    /// <summary>Runs out of memory at its latest: after the gradients were added, and handed over to the ring.</summary>
    /// <param name="tokens">Of a batch, with padding, that there is memory for.</param>
    private sealed class SmallMemory(IObjective<SentencePairs> objective, int tokens) : IObjective<SentencePairs>
    {
        public IReadOnlyList<string> MetricNames => objective.MetricNames;

        public ObjectiveSums Evaluate(SentencePairs batch) => objective.Evaluate(batch);

        public ObjectiveSums Backward(SentencePairs batch, long seed, Action<int>? final = null)
        {
            var sums = objective.Backward(batch, seed, final);
            if (batch.Targets.Length > 0 && batch.Targets.Length * (batch.Targets.Max(target => target.Length) + 1) > tokens)
                torch.empty(1L << 50).Dispose();
            return sums;
        }
    }
}
