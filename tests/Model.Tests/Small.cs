using CsCheck;
using DistTrain.Model.Batches;
using DistTrain.Model.Kernels;
using DistTrain.Model.Modules;
using DistTrain.Model.Passes;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using TorchSharp;

namespace DistTrain.Model.Tests;

/// <summary>Models and batches small enough for hundreds of them a second.</summary>
internal static class Small
{
    public const int Vocabulary = 17;

    public static TransformerOptions Options { get; } = new()
    {
        VocabularySize = Vocabulary, DModel = 16, Heads = 2, EncoderLayers = 2, DecoderLayers = 2, DFeedForward = 24, Dropout = 0, MaxLength = 20,
    };

    /// <summary>
    /// Every kind of model: post and pre, relu and gelu, tied and separate, one vocabulary and two, one to four heads, one or two layers.
    /// </summary>
    public static Gen<TransformerOptions> AnyOptions { get; } =
        from norm in Gen.Enum<NormPlacement>()
        from activation in Gen.Enum<Activation>()
        from tied in Gen.Bool
        from heads in Gen.OneOf(1, 2, 4)
        from encoderLayers in Gen.Int[1, 2]
        from decoderLayers in Gen.Int[1, 2]
        from sourceVocabulary in Gen.OneOf<int?>(null, Vocabulary + 4)
        select Options with
        {
            Norm = norm, Activation = activation, TieEmbeddings = tied, Heads = heads, EncoderLayers = encoderLayers, DecoderLayers = decoderLayers,
            SourceVocabularySize = sourceVocabulary,
        };

    /// <summary>One sentence, which may be empty.</summary>
    public static Gen<int[]> Sentence { get; } = Gen.Int[SpecialTokens.Count, Vocabulary - 1].Array[0, 7];

    public static Gen<SentencePairs> Pairs { get; } = Gen.Select(Sentence, Sentence).Array[1, 5]
        .Select(pairs => new SentencePairs([.. pairs.Select(pair => pair.Item1)], [.. pairs.Select(pair => pair.Item2)]));

    /// <summary>The same cases every time: for searches, where rounding decides a near tie and a random case would fail now and then.</summary>
    public static IEnumerable<T> Cases<T>(this Gen<T> gen, int count) =>
        Enumerable.Range(1, count).Select(index => gen.Generate(new PCG((uint)index, (ulong)index), null, out _));

    public static SentencePairs SomePairs { get; } = new([[3, 4, 5, 6, 7], [8, 9], []], [[10, 11], [12, 13, 14, 15], [16]]);

    /// <summary>A new model with flat parameters. A scale of its weights above 1 makes predictions less even, and float32 less exact.</summary>
    /// <param name="kernels">Null: the precision's on the CPU.</param>
    public static FlatParameters Model(
        TransformerOptions? options = null, long seed = 1, float scale = 1, Precision precision = Precision.Full, TrainingKernels? kernels = null)
    {
        var model = new Transformer(options ?? Options);
        Initialization.Initialize(model, seed);
        var parameters = new FlatParameters(model, precision, kernels ?? KernelChoice.Of(precision.Type()));
        foreach (ref var value in parameters.ChangeValues().Host.Span) value *= scale;
        return parameters;
    }

    /// <summary>Of the gradients, relative to the first's length.</summary>
    public static double Distance(FlatParameters expected, FlatParameters actual)
    {
        var (difference, length) = (0.0, 0.0);
        for (var i = 0; i < expected.Gradients.Length; i++)
        {
            difference += Math.Pow(expected.Gradients[i] - actual.Gradients[i], 2);
            length += Math.Pow(expected.Gradients[i], 2);
        }
        return Math.Sqrt(difference / length);
    }

    /// <summary>Asserts that a call disposes every tensor that it makes.</summary>
    public static void AssertNothingIsLeft(Action call)
    {
        call();
        // What earlier tests left to the finalizer must not disappear while this one counts.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;
        for (var count = 0; count < 5; count++) call();
        Assert.InRange(torch.Tensor.TotalCount, 0, before);
    }

    public static float[] ToArray(this torch.Tensor tensor) => tensor.detach().contiguous().data<float>().ToArray();
}
