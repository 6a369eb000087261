using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Model.Tests.Kernels;
using DistTrain.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Objectives;

/// <summary>
/// However a step's examples are split among workers and pieces, each drops the same values: loss and gradients of the parts add up to those of the
/// whole.
/// </summary>
public class SplitWithDropoutTests
{
    private static readonly Gen<(int[] Source, int[] Target)[]> Examples = Gen.Select(Small.Sentence, Small.Sentence).Array[2, 9];

    public static TheoryData<KernelsKind, Precision> Cases =>
        new MatrixTheoryData<KernelsKind, Precision>(Enum.GetValues<KernelsKind>(), Enum.GetValues<Precision>());

    [Theory, MemberData(nameof(Cases))]
    public void Supervised_InPartsOfAnySizesAndOrder_AddsUpToTheWhole(KernelsKind kind, Precision precision)
    {
        foreach (var (options, examples, parts, order) in Gen.Select(Small.AnyOptions, Examples, Gen.Int[1, 4], Gen.Int[0, 999]).Cases(25))
        {
            using var parameters = Model(kind, precision, options);
            var objective = new SupervisedObjective(parameters, 0.1);
            int[] places = [.. Enumerable.Range(0, examples.Length)];
            var whole = Run(parameters, () => objective.Backward(Batch(examples, places), seed: 8));
            new Random(order).Shuffle(places);
            var split = Run(parameters,
                () => places.Chunk(parts).Select(part => objective.Backward(Batch(examples, part), seed: 8)).Aggregate((sum, part) => sum + part));
            AssertSame(whole, split, precision);
            Assert.NotEqual(whole.Sums.Loss, Run(parameters, () => objective.Backward(Batch(examples, places), seed: 9)).Sums.Loss);
        }
    }

    /// <summary>Sequences that share their source, as chosen and rejected do.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void TwoTargetsOfASource_AloneAndTogether_DropTheSameAndEachItsOwn(KernelsKind kind, Precision precision)
    {
        using var parameters = Model(kind, precision, Small.Options);
        int[][] sources = [[3, 4, 5], [6, 7, 8, 9, 10]];
        // The second has the same twice.
        int[][] targets = [[11, 12], [13, 14, 15, 16], [4, 5, 6], [4, 5, 6]];
        var together = Scores(parameters, sources, targets, [20, 30]);
        var (first, second) = (Scores(parameters, sources[..1], targets[..2], [20]), Scores(parameters, sources[1..], targets[2..], [30]));
        var tolerance = precision == Precision.Mixed ? 0.05 : 2e-5;
        foreach (var (expected, actual) in together.Zip(first.Concat(second))) Close.Assert("score", expected, actual, tolerance, tolerance);
        Assert.NotEqual(second[..4], second[4..]);
    }

    private static float[] Scores(FlatParameters parameters, int[][] sources, int[][] targets, int[] examples)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var output = LabelledOutput.ForTraining(parameters, PaddedPairs.From(sources, targets, examples), dropout: 5);
        return output.Project(0, output.Count).OfLabels();
    }

    private static FlatParameters Model(KernelsKind kind, Precision precision, TransformerOptions options) => Small.Model(
        options with { Dropout = 0.2, AttentionDropout = 0.3, FeedForwardDropout = 0.4 }, precision: precision,
        kernels: kind.Kernels(precision.Type()));

    private static SentencePairs Batch((int[] Source, int[] Target)[] examples, int[] places) =>
        new([.. places.Select(place => examples[place].Source)], [.. places.Select(place => examples[place].Target)]) { Examples = places };

    private static (ObjectiveSums Sums, float[] Gradients) Run(FlatParameters parameters, Func<ObjectiveSums> backward)
    {
        parameters.ZeroGradients();
        var sums = backward();
        return (sums, parameters.Gradients.ToArray());
    }

    private static void AssertSame((ObjectiveSums Sums, float[] Gradients) whole, (ObjectiveSums Sums, float[] Gradients) split, Precision precision)
    {
        Assert.Equal(whole.Sums.Units, split.Sums.Units);
        var isMixed = precision == Precision.Mixed;
        Close.Assert("loss", whole.Sums.Loss, split.Sums.Loss, relative: isMixed ? 1e-3 : 2e-5);
        Close.Assert("nll", whole.Sums.Metrics[0], split.Sums.Metrics[0], relative: isMixed ? 1e-3 : 2e-5);
        if (!isMixed) Close.Assert("gradient", whole.Gradients, split.Gradients, relative: 1e-4, absolute: 1e-4);
        var distance = Math.Sqrt(whole.Gradients.Zip(split.Gradients, (a, b) => Math.Pow(a - b, 2))
            .Sum() / whole.Gradients.Sum(value => Math.Pow(value, 2)));
        Assert.InRange(distance, 0, isMixed ? 0.03 : 1e-5);
    }
}
