using DistTrain.Model.Modules;

namespace DistTrain.Model.Weights;

/// <summary>A Transformer as a safetensors file: parameters by PyTorch's names, the options in <c>__metadata__</c>.</summary>
public static class ModelFile
{
    public static void Save(string path, FlatParameters parameters, TransformerOptions options)
    {
        parameters.ValueBuffer.ToHost();
        Safetensors.Write(path, Tensors(parameters.Slices, parameters.ValueBuffer.Host), Metadata(options));
    }

    /// <summary>One tensor a parameter, cut out of a flat buffer. <paramref name="prefix"/> stands before every name.</summary>
    public static IEnumerable<SafetensorsTensor> Tensors(IEnumerable<ParameterSlice> slices, ReadOnlyMemory<float> values, string prefix = "") =>
        slices.Select(slice => new FloatTensor(prefix + slice.Name, slice.Shape, values.Slice(slice.Offset, slice.Length)));

    /// <summary>Fills a flat buffer with the tensors of a file that <see cref="Tensors"/> named.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or lacks a parameter of this shape.</exception>
    public static void ReadInto(string path, IEnumerable<ParameterSlice> slices, Span<float> values, string prefix = "")
    {
        using var file = Safetensors.Read(path);
        Fill(file, slices, values, prefix);
    }

    /// <summary>A model of the file's own options, with its weights.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is no model file.</exception>
    public static Transformer Load(string path)
    {
        var model = new Transformer(ReadOptions(path));
        try
        {
            using var parameters = new FlatParameters(model);
            LoadInto(path, parameters);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the values of <paramref name="parameters"/>, which must have the file's names and shapes.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or belongs to a model of other sizes.</exception>
    public static void LoadInto(string path, FlatParameters parameters)
    {
        using var file = Safetensors.Read(path);
        var values = parameters.ChangeValues();
        Fill(file, parameters.Slices, values.Host.Span, "");
        values.ToDevice();
        RefuseOthers(path, file, parameters.Slices.Select(slice => slice.Name));
    }

    /// <exception cref="InvalidDataException">The file has a tensor that the model does not know.</exception>
    internal static void RefuseOthers(string path, SafetensorsFile file, IEnumerable<string> known)
    {
        var unknown = file.Entries.Keys.Except(known).Order(StringComparer.Ordinal).FirstOrDefault();
        if (unknown is not null)
            throw new InvalidDataException($"{path}: tensor '{unknown}' has no place in the model. The file belongs to a larger model: use it with " +
                "its own options.");
    }

    /// <summary>The options of the model in the file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or is no model file.</exception>
    public static TransformerOptions ReadOptions(string path)
    {
        using var file = Safetensors.Read(path);
        return new ModelMetadata(path, file.Metadata).Options();
    }

    /// <summary>The options as a safetensors file keeps them.</summary>
    public static IReadOnlyDictionary<string, string> Metadata(TransformerOptions options) => ModelMetadata.Of(options);

    private static void Fill(SafetensorsFile file, IEnumerable<ParameterSlice> slices, Span<float> values, string prefix)
    {
        foreach (var slice in slices) file.ReadFloats(prefix + slice.Name, slice.Shape, values.Slice(slice.Offset, slice.Length));
    }
}
