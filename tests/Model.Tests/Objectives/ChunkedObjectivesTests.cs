using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Model.Objectives.Preferences;
using DistTrain.Model.Tests.Kernels;
using DistTrain.Model.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Objectives;

/// <summary>Objectives whose logits take many chunks against the same in one: loss, metrics, scores and every gradient.</summary>
public class ChunkedObjectivesTests
{
    /// <summary>
    /// Labels of the sentences, with EOS. A chunk has 64 rows; rejected ones are as long as chosen ones from last to first, and one more.
    /// </summary>
    private static readonly int[][] Lengths =
    [
        [1], [1, 1], [30, 34, 1], [31, 32, 1, 1], [33, 32, 20, 20], [64, 64], [63, 1, 1, 63], [62, 1, 33, 31, 1], [63, 1, 32, 30, 1], [65, 64, 1, 1],
        [5, 9, 17, 3, 40, 12, 33, 8, 1, 1, 29, 31], [70, 80, 3, 4, 90, 1], [1, 150, 20, 20, 24, 1], [.. Enumerable.Range(1, 30)],
    ];

    public static TheoryData<KernelsKind, Precision, int> Cases =>
        new MatrixTheoryData<KernelsKind, Precision, int>(Enum.GetValues<KernelsKind>(), Enum.GetValues<Precision>(),
            Enumerable.Range(0, Lengths.Length));

    [Theory, MemberData(nameof(Cases))]
    public void Supervised_OfAnyLengths_EqualsOneChunk(KernelsKind kind, Precision precision, int lengths)
    {
        var targets = Sentences(Lengths[lengths]);
        var pairs = new SentencePairs([.. targets.Select(target => target.Take(5).ToArray())], targets);
        AssertSame(kind, precision, parameters => new SupervisedObjective(parameters, 0.1), pairs);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Dpo_OfAnyLengths_EqualsOneChunk(KernelsKind kind, Precision precision, int lengths)
    {
        var (chosen, rejected) = (Sentences(Lengths[lengths]), Sentences([.. Lengths[lengths].Reverse().Select(length => length + 1)], seed: 7));
        var pairs = new PreferencePairs(
            [.. chosen.Select(target => target.Take(5).ToArray())], chosen, rejected,
            [.. chosen.Select((target, index) => -3.0 * target.Length - index)], [.. rejected.Select(target => -2.8 * target.Length)]);
        AssertSame(kind, precision, parameters => new DpoObjective(parameters, new SigmoidLoss(0.1)), pairs);
    }

    [Theory, MemberData(nameof(Cases))]
    public void Scores_OfAnyLengths_EqualOneChunks(KernelsKind kind, Precision precision, int lengths)
    {
        var targets = Sentences(Lengths[lengths]);
        var pairs = new SentencePairs(targets, targets);
        using var whole = Model(kind, precision, inChunks: false);
        using var chunked = Model(kind, precision, inChunks: true);
        foreach (var (expected, actual) in SequenceScores.LogProbabilities(whole, pairs)
            .Zip(SequenceScores.LogProbabilities(chunked, pairs)))
            Close.Assert("score", expected, actual);
    }

    private static void AssertSame<TBatch>(KernelsKind kind, Precision precision, Func<FlatParameters, IObjective<TBatch>> objective, TBatch batch)
    {
        using var whole = Model(kind, precision, inChunks: false);
        using var chunked = Model(kind, precision, inChunks: true);
        AssertSame(objective(whole).Evaluate(batch), objective(chunked).Evaluate(batch));
        AssertSame(objective(whole).Backward(batch, seed: 0), objective(chunked).Backward(batch, seed: 0));
        // In bfloat16 the output projection's gradient is rounded once a chunk.
        Assert.InRange(Small.Distance(whole, chunked), 0, precision == Precision.Mixed ? 1e-2 : 1e-5);
    }

    private static void AssertSame(ObjectiveSums expected, ObjectiveSums actual)
    {
        Assert.Equal(expected.Units, actual.Units);
        Close.Assert("loss", expected.Loss, actual.Loss);
        foreach (var (one, other) in expected.Metrics.Zip(actual.Metrics)) Close.Assert("metric", one, other);
    }

    private static FlatParameters Model(KernelsKind kind, Precision precision, bool inChunks) => Small.Model(
        Small.Options with { MaxLength = 200 }, scale: 2, precision: precision,
        kernels: kind.Kernels(precision.Type(), logitsAtOnce: inChunks ? 1 : 0));

    private static int[][] Sentences(int[] lengths, int seed = 3)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length => Enumerable.Range(1, length - 1).Select(_ => random.Next(3, Small.Vocabulary)).ToArray())];
    }
}
