using DistTrain.Model.Modules;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Tests;

/// <summary>The presets against table 3 of "Attention Is All You Need": sizes, and parameters with the paper's 37,000 tokens.</summary>
public class PresetTests
{
    [Theory]
    [InlineData("base", 6, 512, 2048, 8, 0.1, 65)]
    [InlineData("big", 6, 1024, 4096, 16, 0.3, 213)]
    public void Preset_OfThePaper_HasItsSizesAndItsMillionsOfParameters(string name, int layers, int dModel, int dFeedForward, int heads,
        double dropout, int millions)
    {
        var spec = ModelSpec.Presets[name];
        Assert.Equal((layers, layers, dModel, dFeedForward, heads, dropout),
            (spec.EncoderLayers, spec.DecoderLayers, spec.DModel, spec.DFeedForward, spec.Heads, spec.Dropout));
        Assert.InRange(Parameters(spec, 37_000) / 1e6, millions - 3, millions + 3);
    }

    [Fact]
    public void Parameters_OfASmallModel_AreAsManyAsTheModelHas()
    {
        using var model = new Transformer(TransformerOptions.From(ModelSpec.Presets["tiny"], 1000));
        Assert.Equal(Parameters(ModelSpec.Presets["tiny"], 1000), model.parameters().Sum(parameter => parameter.numel()));
    }

    /// <summary>Each key of the model's part of a job reaches the model, and a checkpoint gives it back.</summary>
    [Fact]
    public void Options_OfAModelWithNoDefault_HaveEveryValueAndComeBackFromACheckpoint()
    {
        var spec = new ModelSpec
        {
            DModel = 24, Heads = 3, EncoderLayers = 4, DecoderLayers = 5, DFeedForward = 7, Dropout = 0.2, AttentionDropout = 0.3,
            FeedForwardDropout = 0.4, Norm = NormPlacement.Pre, Activation = Activation.Gelu, TieEmbeddings = false, MaxLength = 77,
        };
        var options = TransformerOptions.From(spec, 1000, sourceVocabularySize: 900);
        var keys = typeof(ModelSpec).GetProperties().Where(key => key.SetMethod is { IsPublic: true }).ToList();

        Assert.All(keys, key => Assert.NotEqual(key.GetValue(new ModelSpec()), key.GetValue(spec)));
        Assert.All(keys, key => Assert.Equal(key.GetValue(spec), typeof(TransformerOptions).GetProperty(key.Name)!.GetValue(options)));
        Assert.Equal(options, new ModelMetadata("model.safetensors", ModelMetadata.Of(options)).Options());
    }

    // Counted by hand: attention 4 D^2 + 4 D, feed-forward 2 D F + D + F, norm 2 D.
    private static long Parameters(ModelSpec spec, long vocabulary)
    {
        long d = spec.DModel, f = spec.DFeedForward;
        var (attention, feedForward, norm) = (4 * d * d + 4 * d, 2 * d * f + d + f, 2 * d);
        return vocabulary * d + spec.EncoderLayers * (attention + feedForward + 2 * norm)
            + spec.DecoderLayers * (2 * attention + feedForward + 3 * norm);
    }
}
