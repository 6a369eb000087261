using System.Globalization;
using DistTrain.Model.Batches;
using DistTrain.Model.Modules;
using DistTrain.Model.Tests.Weights;
using DistTrain.Model.Weights;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Text;
using static TorchSharp.torch;

namespace DistTrain.Model.Tests.Modules;

/// <summary>A golden file's model with its weights, its padded inputs and its expected values.</summary>
internal sealed class GoldenTransformer : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly string _path;

    public GoldenTransformer(string path)
    {
        _path = path;
        _file = Safetensors.Read(path);
        Assert.Equal(SpecialTokens.Pad, Number("pad_id"));
        Assert.Equal(SpecialTokens.Bos, Number("bos_id"));
        Assert.Equal(SpecialTokens.Eos, Number("eos_id"));
        Model = new Transformer(new TransformerOptions
        {
            VocabularySize = Number("vocab_size"),
            DModel = Number("d_model"),
            Heads = Number("num_heads"),
            EncoderLayers = Number("num_layers"),
            DecoderLayers = Number("num_layers"),
            DFeedForward = Number("d_ff"),
            Dropout = double.Parse(_file.Metadata["dropout"], CultureInfo.InvariantCulture),
            Norm = Enum.Parse<NormPlacement>(_file.Metadata["norm"], ignoreCase: true),
            Activation = Enum.Parse<Activation>(_file.Metadata["activation"], ignoreCase: true),
        });
        Parameters = new FlatParameters(Model);
        foreach (var slice in Parameters.Slices)
            _file.ReadFloats("param." + slice.Name, slice.Shape, Parameters.ChangeValues().Host.Span.Slice(slice.Offset, slice.Length));
        Pairs = new PaddedPairs(Tokens("input.source"), Tokens("input.target_in"), Tokens("input.target_out"));
    }

    public Transformer Model { get; }

    public FlatParameters Parameters { get; }

    public PaddedPairs Pairs { get; }

    public double LabelSmoothing => double.Parse(_file.Metadata["label_smoothing"], CultureInfo.InvariantCulture);

    public IEnumerable<string> NamesIn(string prefix) =>
        _file.Entries.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]);

    public IReadOnlyList<long> ShapeOf(string name) => _file.Entries[name].Shape;

    public float[] Floats(string name) => _file.ReadFloats(name);

    public Tensor Tokens(string name)
    {
        var tokens = TokenTensor.Read(_path, name);
        return tensor(tokens.Values.ToArray(), tokens.Shape.ToArray());
    }

    /// <summary>Which positions of a padded matrix hold a token, repeated for each of <paramref name="width"/> values.</summary>
    public static bool[] Real(Tensor tokens, int width) =>
        [.. tokens.data<long>().SelectMany(token => Enumerable.Repeat(token != SpecialTokens.Pad, width))];

    public void Dispose()
    {
        Parameters.Dispose();
        Model.Dispose();
        _file.Dispose();
    }

    private int Number(string key) => int.Parse(_file.Metadata[key], CultureInfo.InvariantCulture);
}
