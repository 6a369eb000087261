using DistTrain.Model;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Tests.Collectives;
using DistTrain.Worker.Training;

namespace DistTrain.Worker.Tests.Training;

[Collection(TorchTests.OneAtATime)]
public class GradientReducerTests
{
    private const int SmallBuckets = 4096, Steps = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly TransformerOptions Options =
        new() { VocabularySize = 40, DModel = 16, Heads = 2, EncoderLayers = 2, DecoderLayers = 2, DFeedForward = 32, MaxLength = 20 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Finish_BucketsSentAtAnyMoment_GivesEveryMemberTheSums(int members)
    {
        using var loopback = new Loopback(members);
        var results = await loopback.Run(ring => WithParameters(parameters =>
        {
            using var reducer = new GradientReducer(ring, parameters, SmallBuckets);
            var sums = new List<float[]>();
            for (var step = 0; step < Steps; step++)
            {
                Fill(parameters.Gradients, ring.Rank, step);
                // One member tells of every layer, the next of some, the third of none: as one without a share does.
                foreach (var from in parameters.LayerOffsets.Reverse()
                    .Where((_, layer) => ring.Rank == 0 || (ring.Rank == 1 && layer % 2 == step % 2))) reducer.Send(from);
                reducer.Finish();
                double[] scalars = [1];
                ring.Sum(scalars);
                Assert.Equal(members, scalars[0]);
                sums.Add(parameters.Gradients.ToArray());
            }
            return sums;
        }));
        for (var step = 0; step < Steps; step++)
        {
            var expected = new float[results[0][step].Length];
            var one = new float[expected.Length];
            for (var rank = 0; rank < members; rank++)
            {
                Fill(one, rank, step);
                for (var i = 0; i < one.Length; i++) expected[i] += one[i];
            }
            Assert.All(results, sums => Assert.Equal(expected, sums[step]));
        }
    }

    [Fact]
    public async Task Finish_AMemberLeavesAfterItsFirstBucket_ThrowsOnTheCallersThread()
    {
        using var loopback = new Loopback(3);
        var ends = await loopback.Run(ring => WithParameters(parameters =>
        {
            using var reducer = new GradientReducer(ring, parameters, SmallBuckets);
            ring.BeginStep(7);
            reducer.Send(parameters.LayerOffsets[^1]);
            return ring.Rank == 2 ? null : Record.Exception(reducer.Finish);
        }));
        foreach (var end in ends.Take(2)) Assert.Equal(("w2", 7), (Assert.IsType<RingBrokenException>(end).Peer, ((RingBrokenException)end).Step));
    }

    [Fact]
    public async Task Finish_RingIsStopped_ThrowsThatItWasCancelled()
    {
        using var loopback = new Loopback(2);
        using var stop = new CancellationTokenSource();
        using var over = new ManualResetEventSlim();
        var ends = await Task.WhenAll(new[] { 0, 1 }.Select(rank => Loopback.OnThread(() => WithParameters(parameters =>
        {
            using var ring = loopback.Connect(rank, stop: rank == 0 ? stop.Token : CancellationToken.None);
            if (rank == 1) return over.Wait(Limit) ? null : new TimeoutException();
            using var reducer = new GradientReducer(ring, parameters, SmallBuckets);
            reducer.Send(parameters.LayerOffsets[^1]);
            stop.Cancel();
            var end = Record.Exception(reducer.Finish);
            over.Set();
            return end;
        })))).WaitAsync(Limit);
        Assert.IsType<OperationCanceledException>(ends[0]);
        Assert.Null(ends[1]);
    }

    [Fact]
    public async Task Dispose_WhileABucketWaitsForOthers_EndsAtOnce()
    {
        using var loopback = new Loopback(2);
        using var over = new ManualResetEventSlim();
        var inTime = await loopback.Run(ring => WithParameters(parameters =>
        {
            if (ring.Rank == 1) return over.Wait(Limit);
            var reducer = new GradientReducer(ring, parameters, SmallBuckets);
            reducer.Send(parameters.LayerOffsets[^1]);
            reducer.Dispose();
            over.Set();
            return true;
        }), Loopback.Quick with { SilenceLimit = 2 * Limit });
        Assert.Equal([true, true], inTime);
    }

    private static T WithParameters<T>(Func<FlatParameters, T> use)
    {
        using var model = new Transformer(Options);
        using var parameters = new FlatParameters(model);
        return use(parameters);
    }

    /// <summary>Small whole numbers, whose sums are exact in any order.</summary>
    private static void Fill(Span<float> values, int rank, int step)
    {
        var random = new Random(100 * step + rank);
        foreach (ref var value in values) value = random.Next(-1000, 1000);
    }
}
