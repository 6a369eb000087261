using System.Globalization;
using DistTrain.Shared.Jobs;

namespace DistTrain.Model.Weights;

/// <summary>A Transformer as a safetensors file: parameters by PyTorch's names, the options in <c>__metadata__</c>.</summary>
public static class ModelFile
{
    public static void Save(string path, FlatParameters parameters, TransformerOptions options) =>
        Safetensors.Write(path, Tensors(parameters.Slices, parameters.ValuesMemory), Metadata(options));

    /// <summary>One tensor a parameter, cut out of a flat buffer. <paramref name="prefix"/> stands before every name.</summary>
    public static IEnumerable<SafetensorsTensor> Tensors(IEnumerable<ParameterSlice> slices, ReadOnlyMemory<float> values, string prefix = "") =>
        slices.Select(slice => new FloatTensor(prefix + slice.Name, slice.Shape, values.Slice(slice.Offset, slice.Length)));

    /// <summary>Fills a flat buffer with the tensors of a file that <see cref="Tensors"/> named.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or lacks a parameter of this shape.</exception>
    public static void ReadInto(string path, IEnumerable<ParameterSlice> slices, Span<float> values, string prefix = "")
    {
        using var file = Safetensors.Read(path);
        foreach (var slice in slices) file.ReadFloats(prefix + slice.Name, slice.Shape, values.Slice(slice.Offset, slice.Length));
    }

    /// <summary>A model of the file's own options, with its weights.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is no model file.</exception>
    public static Transformer Load(string path)
    {
        var model = new Transformer(ReadOptions(path));
        using var parameters = new FlatParameters(model);
        LoadInto(path, parameters);
        return model;
    }

    /// <summary>Replaces the values of <paramref name="parameters"/>, which must have the file's names and shapes.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or belongs to a model of other sizes.</exception>
    public static void LoadInto(string path, FlatParameters parameters)
    {
        ReadInto(path, parameters.Slices, parameters.Values);
        using var file = Safetensors.Read(path);
        var unknown = file.Entries.Keys.Except(parameters.Slices.Select(slice => slice.Name)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null)
            throw new InvalidDataException($"{path}: tensor '{unknown}' has no place in the model. The file belongs to a larger model: use it with its own options.");
    }

    /// <summary>The options of the model in the file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is no model file.</exception>
    public static TransformerOptions ReadOptions(string path)
    {
        using var file = Safetensors.Read(path);
        return new TransformerOptions
        {
            VocabularySize = Value<int>("vocab_size"),
            DModel = Value<int>("d_model"),
            Heads = Value<int>("num_heads"),
            EncoderLayers = Value<int>("encoder_layers"),
            DecoderLayers = Value<int>("decoder_layers"),
            DFeedForward = Value<int>("d_ff"),
            SourceVocabularySize = Has("source_vocab_size") ? Value<int>("source_vocab_size") : null,
            Dropout = Value<double>("dropout"),
            AttentionDropout = Has("attention_dropout") ? Value<double>("attention_dropout") : 0,
            FeedForwardDropout = Has("feed_forward_dropout") ? Value<double>("feed_forward_dropout") : 0,
            Norm = Choice<NormPlacement>("norm"),
            Activation = Choice<Activation>("activation"),
            TieEmbeddings = Value<int>("tie_embeddings") != 0,
            MaxLength = Value<int>("max_length"),
        };

        // Files of other programs may lack what has a plain default.
        bool Has(string key) => file.Metadata.ContainsKey(key);

        string Text(string key) => file.Metadata.TryGetValue(key, out var text)
            ? text : throw new InvalidDataException($"{path}: its __metadata__ has no '{key}', so it is no model file of DistTrain.");

        T Value<T>(string key) where T : IParsable<T> => T.TryParse(Text(key), CultureInfo.InvariantCulture, out var value)
            ? value : throw new InvalidDataException($"{path}: its __metadata__ has '{Text(key)}' for '{key}', which is no number.");

        T Choice<T>(string key) where T : struct, Enum => Enum.TryParse<T>(Text(key), ignoreCase: true, out var value)
            ? value : throw new InvalidDataException($"{path}: its __metadata__ has '{Text(key)}' for '{key}'. Known: {string.Join(", ", Enum.GetNames<T>())}.");
    }

    /// <summary>The options as a safetensors file keeps them.</summary>
    public static IReadOnlyDictionary<string, string> Metadata(TransformerOptions options)
    {
        var metadata = Common(options);
        if (options.SourceVocabularySize is { } source) metadata["source_vocab_size"] = Invariant(source);
        return metadata;
    }

    private static Dictionary<string, string> Common(TransformerOptions options) => new()
    {
        ["format"] = "pt",
        ["vocab_size"] = Invariant(options.VocabularySize),
        ["d_model"] = Invariant(options.DModel),
        ["num_heads"] = Invariant(options.Heads),
        ["encoder_layers"] = Invariant(options.EncoderLayers),
        ["decoder_layers"] = Invariant(options.DecoderLayers),
        ["d_ff"] = Invariant(options.DFeedForward),
        ["dropout"] = Invariant(options.Dropout),
        ["attention_dropout"] = Invariant(options.AttentionDropout),
        ["feed_forward_dropout"] = Invariant(options.FeedForwardDropout),
        ["norm"] = Invariant(options.Norm).ToLowerInvariant(),
        ["activation"] = Invariant(options.Activation).ToLowerInvariant(),
        ["tie_embeddings"] = options.TieEmbeddings ? "1" : "0",
        ["max_length"] = Invariant(options.MaxLength),
    };

    private static string Invariant(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
