using System.Collections.Concurrent;
using DistTrain.Model.Decoding;
using DistTrain.Model.Decoding.Packed;

namespace DistTrain.Model.Tests.Decoding.Packed;

public class PackedSearchTests
{
    /// <summary>Below the shortest length all logits are looked at: by the chooser.</summary>
    private static readonly DecodingOptions Options = new() { Beam = 1, MinLength = 15, TokensAtOnce = 1 };

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public void Run_WhenOneThreadFails_StopsTheOthersAtOnceAndSaysWhy()
    {
        using var parameters = Small.Model();
        using var model = PackedModel.Of(parameters.Model, DecodingPrecision.Full);
        var (here, began, failing, steps) = (Environment.CurrentManagedThreadId, new ManualResetEventSlim(), new BlockingCollection<Thread>(), 0);
        int[][] sources = [[3], [4]];

        var failed = Assert.Throws<InvalidDataException>(() => new PackedSearch(model, Options, threads: 2).Run(
            sources, [0, 1],
            index => new Beam(index, 15, Options, new Chooser(Environment.CurrentManagedThreadId == here ? WaitForTheOther : FailOnceThisBegan)),
            CancellationToken.None));

        Assert.Equal("one thread's", failed.Message);
        Assert.Equal(1, steps);

        void WaitForTheOther()
        {
            if (steps++ > 0) return;
            began.Set();
            Assert.True(failing.TryTake(out var other, Patience) && other.Join(Patience));
        }

        void FailOnceThisBegan()
        {
            Assert.True(began.Wait(Patience));
            failing.Add(Thread.CurrentThread);
            throw new InvalidDataException("one thread's");
        }
    }

    private sealed class Chooser(Action step) : ITokenChooser
    {
        public int Choose(ReadOnlySpan<float> logits, Span<int> tokens)
        {
            step();
            tokens[0] = 3;
            return 1;
        }
    }
}
