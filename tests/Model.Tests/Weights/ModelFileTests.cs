using CsCheck;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;

namespace DistTrain.Model.Tests.Weights;

public sealed class ModelFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("model").FullName;

    private string FilePath => Path.Combine(folder, "model.safetensors");

    [Fact]
    public void Load_OfASavedModel_GivesItsOptionsAndEveryBitOfItsWeights() => Small.AnyOptions.Sample(any =>
    {
        var options = any with { Dropout = 0.15, AttentionDropout = 0.05, FeedForwardDropout = 0.25, MaxLength = 99 };
        using var parameters = Small.Model(options);
        ModelFile.Save(FilePath, parameters, options);
        using var loaded = ModelFile.Load(FilePath);
        Assert.Equal(options, loaded.Options);
        using var flat = new FlatParameters(loaded);
        Assert.Equal(parameters.Hash(), flat.Hash());
        Assert.Equal(new SupervisedObjective(parameters.Model, 0).Evaluate(Small.SomePairs).Loss, new SupervisedObjective(loaded, 0).Evaluate(Small.SomePairs).Loss);
    }, iter: 10, threads: 1);

    [Fact]
    public void LoadInto_AModelOfOtherSizes_NamesTheTensorAndBothShapes()
    {
        using var parameters = Small.Model();
        using var wider = Small.Model(Small.Options with { DFeedForward = 48 });
        ModelFile.Save(FilePath, parameters, Small.Options);
        var error = Assert.Throws<InvalidDataException>(() => ModelFile.LoadInto(FilePath, wider));
        Assert.Contains("linear1.weight' has shape [24, 16], but [48, 16]", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadInto_AModelWithMoreLayers_NamesTheMissingTensor()
    {
        using var parameters = Small.Model();
        using var deeper = Small.Model(Small.Options with { EncoderLayers = 3 });
        ModelFile.Save(FilePath, parameters, Small.Options);
        var error = Assert.Throws<InvalidDataException>(() => ModelFile.LoadInto(FilePath, deeper));
        Assert.Contains("no tensor 'encoder.layers.2.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void LoadInto_AModelWithFewerLayers_NamesTheTensorWithoutAPlace()
    {
        using var parameters = Small.Model();
        using var shallower = Small.Model(Small.Options with { DecoderLayers = 1 });
        ModelFile.Save(FilePath, parameters, Small.Options);
        var error = Assert.Throws<InvalidDataException>(() => ModelFile.LoadInto(FilePath, shallower));
        Assert.Contains($"{FilePath}: tensor 'decoder.layers.1.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAFileWithoutTheOptionsThatCameLater_TakesTheirDefaults()
    {
        using var parameters = Small.Model();
        var metadata = ModelFile.Metadata(Small.Options with { AttentionDropout = 0.5, FeedForwardDropout = 0.5 }).Where(pair => pair.Key is not ("attention_dropout" or "feed_forward_dropout"));
        Safetensors.Write(FilePath, ModelFile.Tensors(parameters.Slices, parameters.ValuesMemory), metadata.ToDictionary());
        Assert.Equal(Small.Options, ModelFile.ReadOptions(FilePath));
    }

    [Fact]
    public void Load_OfAFileWithoutOptions_SaysThatItIsNoModel()
    {
        Safetensors.Write(FilePath, [new FloatTensor("a", [1], new float[1])], new Dictionary<string, string>());
        var error = Assert.Throws<InvalidDataException>(() => ModelFile.Load(FilePath));
        Assert.Contains("no 'vocab_size'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadInto_OfMomentsWithAPrefix_GivesThemBack()
    {
        using var parameters = Small.Model();
        var moments = Enumerable.Range(0, parameters.Values.Length).Select(index => index / 3f).ToArray();
        Safetensors.Write(FilePath, ModelFile.Tensors(parameters.Slices, moments, "first_moment."), new Dictionary<string, string>());
        var read = new float[moments.Length];
        ModelFile.ReadInto(FilePath, parameters.Slices, read, "first_moment.");
        Assert.Equal(moments, read);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
