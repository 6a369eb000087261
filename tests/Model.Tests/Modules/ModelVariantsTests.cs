using DistTrain.Model.Batches;
using DistTrain.Model.Objectives;
using DistTrain.Model.Tests.Objectives;
using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Tests.Modules;

/// <summary>Every kind of model, at sizes that no vector's width divides.</summary>
public class ModelVariantsTests
{
    private static readonly (int DModel, int Heads, int DFeedForward)[] Sizes = [(6, 1, 5), (7, 1, 9), (15, 5, 11), (34, 2, 67)];

    private static readonly (int Encoder, int Decoder)[] Layers = [(1, 3), (3, 1)];

    public static TheoryData<NormPlacement, Activation, bool, int?> Kinds
    {
        get
        {
            var kinds = new TheoryData<NormPlacement, Activation, bool, int?>();
            foreach (var norm in Enum.GetValues<NormPlacement>())
                foreach (var activation in Enum.GetValues<Activation>())
                    foreach (var tied in new[] { true, false })
                        foreach (var sourceVocabulary in new int?[] { null, Small.Vocabulary + 6 })
                            kinds.Add(norm, activation, tied, sourceVocabulary);
            return kinds;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Backward_OfEveryKindAndSize_EqualsTorchs(NormPlacement norm, Activation activation, bool tied, int? sourceVocabulary)
    {
        foreach (var (dModel, heads, dFeedForward) in Sizes)
            foreach (var (encoder, decoder) in Layers)
            {
                using var parameters = Small.Model(new TransformerOptions
                {
                    VocabularySize = Small.Vocabulary, SourceVocabularySize = sourceVocabulary, TieEmbeddings = tied, Norm = norm,
                    Activation = activation,
                    DModel = dModel, Heads = heads, DFeedForward = dFeedForward, EncoderLayers = encoder, DecoderLayers = decoder, Dropout = 0,
                });
                AgainstTorch.Assert(parameters, Small.SomePairs, smoothing: 0.1);
                foreach (var slice in parameters.Slices)
                    Assert.True(parameters.Gradients.Slice(slice.Offset, slice.Length).ContainsAnyExcept(0), $"{slice.Name} gets no gradient.");
            }
    }

    [Theory]
    [InlineData(true, null, "embedding.weight")]
    [InlineData(true, 40, "source_embedding.weight embedding.weight")]
    [InlineData(false, null, "source_embedding.weight target_embedding.weight output_projection.weight")]
    [InlineData(false, 40, "source_embedding.weight target_embedding.weight output_projection.weight")]
    public void Parameters_OfTheEmbeddings_AreAsManyAsAreNotTied(bool tied, int? sourceVocabulary, string names)
    {
        using var parameters = Small.Model(Small.Options with { TieEmbeddings = tied, SourceVocabularySize = sourceVocabulary });
        var tables = parameters.Slices.Where(slice => !slice.Name.Contains("layers", StringComparison.Ordinal)).ToList();
        Assert.Equal(names.Split(' '), tables.Select(table => table.Name));
        Assert.All(tables,
            table => Assert.Equal(
                [table.Name == "source_embedding.weight" ? sourceVocabulary ?? Small.Vocabulary : Small.Vocabulary, Small.Options.DModel],
                table.Shape));
    }

    [Theory]
    [InlineData(Small.Vocabulary)]
    [InlineData(-1)]
    public void Backward_OfATokenOutsideTheVocabulary_IsRefused(int token)
    {
        using var parameters = Small.Model();
        var objective = new SupervisedObjective(parameters, 0);
        foreach (var pairs in new SentencePairs[] { new([[3, token]], [[4]]), new([[3]], [[4, token]]) })
            Assert.Contains($"Token {token} is not in the model's vocabulary of 17 tokens",
                Assert.Throws<ArgumentException>(() => objective.Backward(pairs, seed: 0)).Message, StringComparison.Ordinal);
    }
}
