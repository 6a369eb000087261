using CsCheck;
using DistTrain.Model.Objectives;
using DistTrain.Model.Weights;

namespace DistTrain.Model.Tests.Weights;

public sealed class ModelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("model").FullName;

    private string FilePath => Path.Combine(_folder, "model.safetensors");

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
            Assert.Equal(new SupervisedObjective(parameters, 0).Evaluate(Small.SomePairs).Loss,
                new SupervisedObjective(flat, 0).Evaluate(Small.SomePairs).Loss);
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
        var metadata = ModelFile.Metadata(Small.Options with { AttentionDropout = 0.5, FeedForwardDropout = 0.5 })
            .Where(pair => pair.Key is not ("attention_dropout" or "feed_forward_dropout"));
        Safetensors.Write(FilePath, ModelFile.Tensors(parameters.Slices, parameters.ValueBuffer.Host), metadata.ToDictionary());
        Assert.Equal(Small.Options, ModelFile.ReadOptions(FilePath));
    }

    [Fact]
    public void Load_OfAFileWithoutOptions_SaysThatItIsNoModel()
    {
        Safetensors.Write(FilePath, [new FloatTensor("a", [1], new float[1])], new Dictionary<string, string>());
        var error = Assert.Throws<InvalidDataException>(() => ModelFile.Load(FilePath));
        Assert.Contains("no 'vocab_size'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("d_model", "0", "a whole number greater than 0")]
    [InlineData("vocab_size", "many", "a whole number greater than 0")]
    [InlineData("source_vocab_size", "-3", "a whole number greater than 0")]
    [InlineData("num_heads", "3", "a divisor of d_model, which is 16")]
    [InlineData("dropout", "1", "at least 0 and less than 1")]
    [InlineData("attention_dropout", "NaN", "at least 0 and less than 1")]
    [InlineData("norm", "7", "one of post, pre")]
    [InlineData("tie_embeddings", "yes", "0 or 1")]
    public void Load_OfAnOptionThatMakesNoModel_NamesItAndWhatItMustBe(string key, string value, string expected)
    {
        using var parameters = Small.Model();
        var metadata = ModelFile.Metadata(Small.Options).ToDictionary();
        metadata[key] = value;
        Safetensors.Write(FilePath, ModelFile.Tensors(parameters.Slices, parameters.ValueBuffer.Host), metadata);
        var error = Assert.Throws<InvalidDataException>(() => ModelFile.Load(FilePath));
        Assert.Equal($"{FilePath}: its __metadata__ has '{value}' for '{key}', but that must be {expected}. The file is damaged: use another " +
            "checkpoint, or copy the file again.", error.Message);
    }

    [Fact]
    public void Load_OfAFileThatLacksATensorOrHasItInAnotherShape_NamesTheTensorAndTheRemedy()
    {
        using var parameters = Small.Model();
        var tensors = ModelFile.Tensors(parameters.Slices, parameters.ValueBuffer.Host).Cast<FloatTensor>().ToList();
        const string name = "decoder.layers.0.multihead_attn.in_proj_weight";
        AssertRefused(tensors.Where(tensor => tensor.Name != name), $"{FilePath}: has no tensor '{name}'. It has {tensors.Count - 1} others");
        AssertRefused(tensors.Select(tensor => tensor.Name == name ? tensor with { Shape = [16, 48] } : tensor), $"{FilePath}: tensor '{name}' has " +
            "shape [16, 48], but [48, 16] is needed.");

        void AssertRefused(IEnumerable<FloatTensor> damaged, string message)
        {
            Safetensors.Write(FilePath, damaged, ModelFile.Metadata(Small.Options));
            var error = Assert.Throws<InvalidDataException>(() => ModelFile.Load(FilePath));
            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
            Assert.EndsWith("se another checkpoint.", error.Message, StringComparison.Ordinal);
        }
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

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
