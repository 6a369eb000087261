using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Model.Tests.Kernels;
using DistTrain.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Objectives;

/// <summary>
/// However the labelled positions are cut into chunks, and in whatever order these are computed, scores and gradients are those of a single
/// chunk. What memory held before is not a number: a product that reads what nobody wrote shows it.
/// </summary>
public class LabelledOutputTests
{
    /// <summary>What products are rounded up to, and sizes at and around it.</summary>
    private const int RowStep = 64;

    public static TheoryData<KernelsKind, Precision, int> Cases => new MatrixTheoryData<KernelsKind, Precision, int>(
        Enum.GetValues<KernelsKind>(), Enum.GetValues<Precision>(), [1, 2, RowStep - 1, RowStep, RowStep + 1, 2 * RowStep, 2 * RowStep + 1, 300]);

    [Theory, MemberData(nameof(Cases))]
    public void Chunks_FromEachBoundaryOn_GiveWhatOneChunkGives(KernelsKind kind, Precision precision, int count)
    {
        using var parameters = Model(kind, precision);
        var pairs = Batch(count);
        var whole = Run(parameters, pairs, [(0, count)]);
        foreach (var size in new[] { 1, 7, RowStep - 1, RowStep, RowStep + 1, 2 * RowStep - 1, 2 * RowStep + 1 }.Where(size => size < count))
        {
            var chunks = Enumerable.Range(0, (count + size - 1) / size).Select(index => (index * size, Math.Min(size, count - index * size)))
                .ToList();
            AssertSame(whole, Run(parameters, pairs, chunks), precision);
            AssertSame(whole, Run(parameters, pairs, [.. Enumerable.Reverse(chunks)]), precision);
        }
    }

    [Fact]
    public void Chunks_OfAnySizesInAnyOrder_GiveWhatOneChunkGives()
    {
        var cases =
            from kind in Gen.Enum<KernelsKind>()
            from precision in Gen.Enum<Precision>()
            from count in Gen.Int[1, 200]
            from cuts in Gen.Int[1, count].HashSet[0, Math.Min(count, 6)]
            let ends = cuts.Append(count).Order().Distinct().ToList()
            from order in Gen.Shuffle(ends.Select((end, index) => (First: index == 0 ? 0 : ends[index - 1], End: end))
                .Select(chunk => (chunk.First, chunk.End - chunk.First)).ToArray())
            select (kind, precision, count, order);
        foreach (var (kind, precision, count, order) in cases.Cases(40))
        {
            using var parameters = Model(kind, precision);
            AssertSame(Run(parameters, Batch(count), [(0, count)]), Run(parameters, Batch(count), order), precision);
        }
    }

    private static FlatParameters Model(KernelsKind kind, Precision precision) =>
        Small.Model(precision: precision, kernels: kind.Kernels(precision.Type()));

    /// <summary>So many labels, in sentences of any length.</summary>
    private static PaddedPairs Batch(int labels)
    {
        var random = new Random(labels);
        int[] Sentence(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(3, Small.Vocabulary))];
        var targets = new List<int[]>();
        for (var left = labels; left > 0; left -= targets[^1].Length + 1) targets.Add(Sentence(random.Next(0, Math.Min(left, 12))));
        return PaddedPairs.From([.. targets.Select(_ => Sentence(random.Next(0, 6)))], targets);
    }

    private static (float[] Scores, float[] Gradients) Run(FlatParameters parameters, PaddedPairs pairs, IReadOnlyList<(int First, int Count)> chunks)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        parameters.ZeroGradients();
        FillMemory(parameters, float.NaN);
        var output = LabelledOutput.ForTraining(parameters, pairs, dropout: null);
        // Each position has a weight of its own, that of its place.
        var weights_L = (arange(output.Count, ScalarType.Float32) % 5 - 1.5).to(ScalarType.Float32);
        var scores = new float[output.Count];
        foreach (var (first, count) in chunks)
        {
            var chunk = output.Project(first, count);
            chunk.OfLabels().CopyTo(scores, first);
            chunk.Backward(smoothing: 0.1, weights_L.narrow(0, first, count).contiguous());
        }
        output.Backward(null);
        return (scores, parameters.Gradients.ToArray());
    }

    /// <summary>Of activations: what a pass takes has these values until it is written.</summary>
    private static void FillMemory(FlatParameters parameters, float value)
    {
        var memory = parameters.PreparePass().Memory;
        for (var round = 0; round < 2; round++)
        {
            memory.Begin();
            memory.Take(8192, 64).fill_(value);
            memory.TakeFloats(8192, 2).fill_(value);
        }
    }

    private static void AssertSame((float[] Scores, float[] Gradients) expected, (float[] Scores, float[] Gradients) actual, Precision precision)
    {
        Close.Assert("score", expected.Scores, actual.Scores);
        Assert.All(actual.Gradients, value => Assert.True(float.IsFinite(value)));
        // In bfloat16 the output projection's gradient is rounded once a chunk.
        var (length, distance) = (Length(expected.Gradients), Length([.. expected.Gradients.Zip(actual.Gradients, (a, b) => a - b)]));
        Assert.InRange(distance / length, 0, precision == Precision.Mixed ? 1e-2 : 1e-5);
    }

    private static double Length(float[] values) => Math.Sqrt(values.Sum(value => (double)value * value));
}
