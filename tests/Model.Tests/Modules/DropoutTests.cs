using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using DistTrain.Model.Tests.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Modules;

/// <summary>
/// Which values a dropout keeps: a sound share of them, at random, and by nothing but what the row, the place in the model and the column are.
/// </summary>
public class DropoutTests
{
    private const int Rows = 256, Width = 512;

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Row_ForARate_DropsThatShareAndKeepsTheMean(double rate)
    {
        using var keys = RowKeys.Of(3, [5], 1, Rows, Rows);
        var factors = Factors(new DropoutMask(keys, 1, rate));
        AssertShare(rate, factors.SelectMany(row => row));
        Assert.All(factors.SelectMany(row => row), value => Assert.True(value == 0 || value == (float)(1 / (1 - rate))));
        // Neither some rows nor some columns are luckier than others: their counts vary as those of coins do.
        Assert.InRange(Variance(factors.Select(row => row.Count(value => value > 0))) / (Width * rate * (1 - rate)), 0.6, 1.4);
        Assert.InRange(Variance(Enumerable.Range(0, Width).Select(column => factors.Count(row => row[column] > 0))) / (Rows * rate * (1 - rate)),
            0.7, 1.3);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    public void Row_OfNeighboursInEveryRespect_IsNotCorrelated(double rate)
    {
        double[][] Of(long seed = 3, int example = 5, int sequence = 0, int site = 1, int column = 0)
        {
            using var keys = RowKeys.Of(seed, [example], 2, Rows, 2 * Rows);
            return [.. Factors(new DropoutMask(keys, site, rate), column).Skip(sequence * Rows).Take(Rows)
                .Select(row => row.Select(value => (value > 0 ? rate : rate - 1) / Math.Sqrt(rate * (1 - rate))).ToArray())];
        }
        var one = Of();
        foreach (var other in new[] { 1, 2, 16 })
        {
            AssertIndependent(one, Of(seed: 3 + other));
            AssertIndependent(one, Of(example: 5 + other));
            AssertIndependent(one, Of(site: 1 + other));
            AssertIndependent(one, Of(column: other * DropoutMask.ColumnsPerHead));
            AssertIndependent(one[other..], one[..^other]);
        }
        AssertIndependent(one, Of(sequence: 1));
        foreach (var lag in new[] { 1, 2, 8, 15, 16, 17, 32, 64 })
            AssertIndependent([.. one.Select(row => row[lag..])], [.. one.Select(row => row[..^lag])]);
    }

    [Fact]
    public void Keys_OfAnExample_AreTheSameAloneAndInAnyBatchAtAnyPlaceWithAnyPadding() =>
        Gen.Select(Gen.Int[0, 99].HashSet[1, 6], Gen.Int[1, 3], Gen.Int[1, 9], Gen.Int[0, 5], Gen.Long)
        .Sample((examples, sequences, length, padding, seed) =>
        {
            using var batch = RowKeys.Of(seed, [.. examples], sequences, length + padding, examples.Count * sequences * (length + padding) + 3);
            foreach (var (example, place) in examples.Select((example, place) => (example, place)))
            {
                using var alone = RowKeys.Of(seed, [example], sequences, length, sequences * length);
                for (var sequence = 0; sequence < sequences; sequence++)
                    Assert.Equal(alone.data<long>().ToArray().AsSpan(sequence * length, length),
                        batch.data<long>().ToArray().AsSpan((place * sequences + sequence) * (length + padding), length));
            }
        }, iter: 100, threads: 1);

    [Fact]
    public void Keys_OfEveryRow_Differ()
    {
        using var keys = RowKeys.Of(1, [.. Enumerable.Range(0, 500)], 2, 100, 100_000);
        Assert.Equal(100_000, keys.data<long>().ToArray().Distinct().Count());
    }

    /// <summary>A mask that became another would make an interrupted run go on otherwise than it would have: what is written here stays.</summary>
    [Fact]
    public void Row_OfAGivenPlace_IsTheSameInEveryRelease()
    {
        using var keys = RowKeys.Of(1, [2, 3], 2, 2, 9);
        var mask = new DropoutMask(keys, 4, 0.5);
        Assert.Equal("11110111 00101110 00011110 01101000 10101001 01100001 10010010 11000111",
            string.Concat(Enumerable.Range(0, 8)
                .Select(row => string.Concat(Enumerable.Range(0, 8).Select(column => Factor(mask, row, column) > 0 ? '1' : '0')) + ' ')).TrimEnd());
    }

    [Theory]
    [InlineData(KernelsKind.Vector)]
    [InlineData(KernelsKind.Torch)]
    public void Drop_OnAnyThreads_GivesTheGradientTheSameMask(KernelsKind kind)
    {
        using var scope = NewDisposeScope();
        var mask = new DropoutMask(RowKeys.Of(1, [7], 1, 300, 300), 2, 0.4);
        var kernels = kind.Kernels(ScalarType.Float32);
        float[] Drop(int threads)
        {
            set_num_threads(threads);
            var y = ones(300, 200);
            kernels.Drop(y, mask, y);
            set_num_threads(1);
            return y.ToArray();
        }
        var one = Drop(1);
        Assert.Equal(Factors(mask, width: 200, rows: 300).SelectMany(row => row), one);
        Assert.Equal(one, Drop(2));
    }

    [Fact]
    public void Apply_InAPass_RepeatsItself_AndScalesGradientsByTheSameMask()
    {
        using var scope = NewDisposeScope();
        var dropouts = new Dropouts();
        var dropout = new Dropout(dropouts, 0.4);
        (float[] Value, float[] Gradient) Run()
        {
            dropouts.Begin(PaddedPairs.From([[3, 4, 5]], [[6]]), 5, keys => keys);
            dropouts.EnterSource();
            var leaf = ones(4, 250, requires_grad: true);
            var y = dropout.Apply(leaf.mul(1));
            y.sum().backward();
            return (y.ToArray(), leaf.grad!.ToArray());
        }
        var (value, gradient) = Run();
        Assert.Equal(value, gradient);
        Assert.Equal(value, Run().Value);
        Assert.Contains(0f, value);
    }

    [Fact]
    public void Apply_OutsideAPass_ChangesNothing()
    {
        using var x = ones(10, 10);
        Assert.Same(x, new Dropout(new Dropouts(), 0.4).Apply(x));
    }

    private static float[][] Factors(DropoutMask mask, int first = 0, int width = Width, int? rows = null) =>
        [.. Enumerable.Range(0, rows ?? (int)mask.Keys_R!.numel())
            .Select(row => Enumerable.Range(first, width).Select(column => Factor(mask, row, column)).ToArray())];

    private static float Factor(DropoutMask mask, int row, int column) => mask.Row((ulong)mask.Keys_R!.data<long>()[row]).From(column)[0];

    private static void AssertShare(double rate, IEnumerable<float> factors)
    {
        var all = factors.ToList();
        // Five standard deviations of a binomial share.
        var tolerance = 5 * Math.Sqrt(rate * (1 - rate) / all.Count);
        Assert.InRange(all.Count(value => value == 0) / (double)all.Count, rate - tolerance, rate + tolerance);
    }

    /// <summary>Of values with mean 0 and variance 1: row by row together, and no two rows alone.</summary>
    private static void AssertIndependent(double[][] one, double[][] other)
    {
        var rows = one.Zip(other, (a, b) => a.Zip(b, (x, y) => x * y).Sum()).ToList();
        var (count, width) = (one.Length, one[0].Length);
        Assert.InRange(rows.Sum() / Math.Sqrt((double)count * width), -5, 5);
        Assert.InRange(rows.Sum(sum => sum * sum) / width / count, 0.6, 1.4);
    }

    private static double Variance(IEnumerable<int> counts)
    {
        var all = counts.Select(count => (double)count).ToList();
        var mean = all.Average();
        return all.Average(count => (count - mean) * (count - mean));
    }
}
