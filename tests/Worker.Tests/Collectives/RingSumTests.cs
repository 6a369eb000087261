using System.Runtime.InteropServices;
using CsCheck;

namespace DistTrain.Worker.Tests.Collectives;

public class RingSumTests
{
    public static TheoryData<int, int> SizesAndLengths
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (var size in new[] { 1, 2, 3, 5 })
                foreach (var length in new[] { 0, 1, 2, 7, 1000, 1_000_003 }) data.Add(size, length);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(SizesAndLengths))]
    public async Task Sum_AnySizeAndLength_IsTheSumOnEveryMemberBitForBit(int size, int length)
    {
        using var loopback = new Loopback(size);
        var inputs = Enumerable.Range(0, size).Select(rank => Values(rank, length)).ToArray();

        var results = await loopback.Run(ring =>
        {
            var values = (float[])inputs[ring.Rank].Clone();
            ring.Sum(values);
            return values;
        });

        for (var i = 0; i < length; i++)
        {
            var expected = inputs.Sum(input => (double)input[i]);
            Assert.True(
                Math.Abs(expected - results[0][i]) <= 1e-5 * Math.Max(1, Math.Abs(expected)), $"element {i} is {results[0][i]}, not {expected}");
        }
        Assert.All(results, result => Assert.True(MemoryMarshal.AsBytes<float>(results[0]).SequenceEqual(MemoryMarshal.AsBytes<float>(result))));
    }

    [Fact]
    public async Task Sum_AnyLengthsAndChunks_EqualsSecondImplementation()
    {
        var cases = Gen.Select(Gen.Int[2, 4], Gen.Int[0, 300], Gen.Int[1, 20]);
        await cases.SampleAsync(async (size, length, chunkElements) =>
        {
            using var loopback = new Loopback(size);
            var results = await loopback.Run(ring =>
            {
                var values = Values(ring.Rank, length);
                var scalars = values.Select(value => (double)value).ToArray();
                ring.Sum(values);
                ring.Sum(scalars);
                return (values, scalars);
            }, Loopback.Quick with { ChunkBytes = 8 * chunkElements });

            // In ring order, as the segment of member k is added up from k on: the same bits, not only the same sum.
            for (var i = 0; i < length; i++)
            {
                var owner = Enumerable.Range(0, size).Single(k => (long)length * k / size <= i && i < (long)length * (k + 1) / size);
                var (single, real) = (0f, 0.0);
                for (var hop = 0; hop < size; hop++)
                {
                    var value = Values((owner + hop) % size, length)[i];
                    (single, real) = (single + value, real + value);
                }
                Assert.All(results, result => Assert.Equal((single, real), (result.values[i], result.scalars[i])));
            }
        }, iter: 30, threads: 1);
    }

    [Fact]
    public async Task Sum_MoreThanTheSocketsHold_DoesNotStandStill()
    {
        using var loopback = new Loopback(2);
        const int length = 16 * 1024 * 1024;
        var results = await loopback.Run(ring =>
        {
            var values = new float[length];
            values.AsSpan().Fill(ring.Rank + 1);
            ring.Sum(values);
            return values.AsSpan().ContainsAnyExcept(3f);
        });
        Assert.Equal([false, false], results);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    [InlineData(5, 4)]
    public async Task Broadcast_FromRoot_ReachesEveryMember(int size, int root)
    {
        using var loopback = new Loopback(size);
        var results = await loopback.Run(ring =>
        {
            var values = Values(ring.Rank, 1003);
            ring.Broadcast(values, root);
            ring.Broadcast([], root);
            return values;
        }, Loopback.Quick with { ChunkBytes = 256 });
        Assert.All(results, result => Assert.Equal(Values(root, 1003), result));
    }

    private static float[] Values(int rank, int length)
    {
        var random = new Random(rank + 17);
        return [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() - 0.5f) * 10)];
    }
}
