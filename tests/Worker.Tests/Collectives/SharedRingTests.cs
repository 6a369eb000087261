using DistTrain.Model;
using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Tests.Collectives;

/// <summary>Rings whose members read each other's buffers where they lie.</summary>
[Collection(TorchTests.OneAtATime)]
public class SharedRingTests
{
    private const int Steps = 4;

    private static readonly TransformerOptions Options =
        new() { VocabularySize = 40, DModel = 16, Heads = 2, EncoderLayers = 1, DecoderLayers = 1, DFeedForward = 32, MaxLength = 20 };

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Sum_OfPartsOfTheBuffer_IsTheSumThoughMembersOverwriteTheirPartsAtOnce(int size)
    {
        using var loopback = new Loopback(size);
        var results = await loopback.Run(ring => WithBuffer(buffer =>
        {
            var how = ring.Share(buffer);
            var sums = new List<float[]>();
            foreach (var (start, length) in Parts(buffer.Host.Length))
            {
                var part = buffer.Host.Span.Slice(start, length);
                Fill(part, ring.Rank, start);
                ring.Sum(part);
                sums.Add(part.ToArray());
                // Whoever still reads here takes this for a sum.
                part.Fill(float.NaN);
                double[] scalars = [ring.Rank];
                ring.Sum(scalars);
                sums.Add([(float)scalars[0]]);
            }
            return (how, sums, buffer.Host.Length);
        }), Loopback.Quick with { ChunkBytes = 1024 });

        Assert.All(results, result => Assert.Equal(OperatingSystem.IsLinux() ? "through shared memory" : "over TCP", result.how));
        var expected = Parts(results[0].Length).SelectMany(part => new[] { Sum(part.Start, part.Length, size), [size * (size - 1) / 2] }).ToList();
        Assert.All(results, result => Assert.Equal(expected, result.sums));
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost", true, "over TCP")]
    [InlineData("127.0.0.1", "127.0.0.1", false, "over a Unix socket (its memory cannot be shared)")]
    public async Task Share_WhereMemoryCannotBeRead_SendsIt(string hostOfOne, string hostOfOther, bool isShared, string how)
    {
        using var loopback = new Loopback(2, hosts: [hostOfOne, hostOfOther]);
        var results = await loopback.Run(ring => WithParameters(parameters =>
        {
            // The values are a buffer that nobody else can map.
            var buffer = isShared ? parameters.GradientBuffer : parameters.ValueBuffer;
            var said = ring.Share(buffer);
            Fill(buffer.Host.Span, ring.Rank, 0);
            ring.Sum(buffer.Host.Span);
            return (said, buffer.Host.ToArray());
        }));
        var length = results[0].Item2.Length;
        Assert.All(results, result => Assert.Equal((OperatingSystem.IsLinux() ? how : "over TCP", Sum(0, length, 2)), result, Compare));
    }

    [Fact]
    public async Task Share_OneMembersMemoryCannotBeRead_TheOthersIs()
    {
        using var loopback = new Loopback(3);
        var results = await loopback.Run(ring => WithParameters(parameters =>
        {
            var buffer = ring.Rank == 1 ? parameters.ValueBuffer : parameters.GradientBuffer;
            ring.Share(buffer);
            Fill(buffer.Host.Span, ring.Rank, 0);
            ring.Sum(buffer.Host.Span);
            return buffer.Host.ToArray();
        }));
        Assert.All(results, result => Assert.Equal(Sum(0, results[0].Length, 3), result));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Broadcast_OfTheBuffer_ReachesEveryMember(int root)
    {
        using var loopback = new Loopback(3);
        var results = await loopback.Run(ring => WithBuffer(buffer =>
        {
            ring.Share(buffer);
            Fill(buffer.Host.Span, ring.Rank, 0);
            ring.Broadcast(buffer.Host.Span, root);
            var values = buffer.Host.ToArray();
            buffer.Host.Span.Fill(float.NaN);
            ring.Sum([1.0]);
            return values;
        }), Loopback.Quick with { ChunkBytes = 1024 });
        var expected = new float[results[0].Length];
        Fill(expected, root, 0);
        Assert.All(results, result => Assert.Equal(expected, result));
    }

    [Fact]
    public async Task Sum_MemberDies_EveryOtherMemberNamesIt()
    {
        using var loopback = new Loopback(3);
        var broken = await loopback.Run(ring => WithBuffer(buffer =>
        {
            ring.Share(buffer);
            ring.BeginStep(1);
            ring.Sum(buffer.Host.Span);
            if (ring.Rank == 1) return null;
            ring.BeginStep(2);
            return Assert.Throws<RingBrokenException>(() => { ring.Sum(buffer.Host.Span); ring.Sum([1.0]); });
        }));
        Assert.Equal([("w1", 2L), null, ("w1", 2L)], broken.Select(e => e is null ? default((string, long)?) : (e.Peer, e.Step)));
    }

    [Fact]
    public async Task Sum_EndedByAnotherThread_LetsGoOfTheNeighboursMemoryOnlyThen()
    {
        using var loopback = new Loopback(2);
        var other = Loopback.OnThread(() => loopback.Connect(1));
        using var ring = await Loopback.OnThread(() => loopback.Connect(0));
        using var neighbour = await other;
        using var model = new Transformer(Options);
        using var parameters = new FlatParameters(model);
        using var neighboursModel = new Transformer(Options);
        using var neighboursParameters = new FlatParameters(neighboursModel);
        await Task.WhenAll(Loopback.OnThread(() => ring.Share(parameters.GradientBuffer)),
            Loopback.OnThread(() => neighbour.Share(neighboursParameters.GradientBuffer)));
        var blocked = Loopback.OnThread(() => Record.Exception(() => ring.Sum(parameters.Gradients)));
        ring.Dispose();
        var end = await blocked.WaitAsync(TimeSpan.FromSeconds(5));
        Assert.IsType<ObjectDisposedException>(end);
    }

    /// <summary>The whole, and parts that begin and end anywhere.</summary>
    private static IEnumerable<(int Start, int Length)> Parts(int length) =>
        [(0, length), (1, 1), (7, 2), (length - 3, 3), (length / 3, 0), .. Enumerable.Range(1, Steps).Select(step => (step * 11, length / 2 + step))];

    private static T WithBuffer<T>(Func<FlatBuffer, T> use) => WithParameters(parameters => use(parameters.GradientBuffer));

    private static T WithParameters<T>(Func<FlatParameters, T> use)
    {
        using var model = new Transformer(Options);
        using var parameters = new FlatParameters(model);
        return use(parameters);
    }

    private static float[] Sum(int start, int length, int members)
    {
        var (sum, one) = (new float[length], new float[length]);
        for (var rank = 0; rank < members; rank++)
        {
            Fill(one, rank, start);
            for (var i = 0; i < length; i++) sum[i] += one[i];
        }
        return sum;
    }

    /// <summary>Small whole numbers, whose sums are exact in any order.</summary>
    private static void Fill(Span<float> values, int rank, int seed)
    {
        var random = new Random(1000 * seed + rank);
        foreach (ref var value in values) value = random.Next(-1000, 1000);
    }

    private static bool Compare((string How, float[] Sums) left, (string How, float[] Sums) right) =>
        left.How == right.How && left.Sums.AsSpan().SequenceEqual(right.Sums);
}
