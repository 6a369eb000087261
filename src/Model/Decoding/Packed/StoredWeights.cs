using DistTrain.Model.Weights;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>
/// The parameters of a model file, each read into memory of its own when it is asked for and not there. No tensors: libtorch takes longer to load
/// than many a text to translate.
/// </summary>
internal sealed unsafe class StoredWeights(string path) : IDisposable
{
    private readonly SafetensorsFile _file = Safetensors.Read(path);
    private readonly Dictionary<string, NativeBuffer> _held = [];
    private readonly HashSet<string> _known = [];

    /// <summary>Names of those in memory.</summary>
    public IReadOnlyCollection<string> Held => _held.Keys;

    /// <exception cref="InvalidDataException">The file has no such parameter of this shape.</exception>
    public nint At(string name, params long[] shape)
    {
        if (!_held.TryGetValue(name, out var buffer))
        {
            _known.Add(name);
            _held[name] = buffer = new NativeBuffer();
            var count = checked((int)shape.Aggregate(1L, (product, size) => product * size));
            _file.ReadFloats(name, shape, new Span<float>(buffer.Room(count), count));
        }
        return (nint)buffer.Floats;
    }

    /// <summary>Gives back a parameter's memory.</summary>
    public void LetGo(string name)
    {
        if (_held.Remove(name, out var buffer)) buffer.Dispose();
    }

    /// <summary>To be called when all is read that the model has.</summary>
    /// <exception cref="InvalidDataException">The file has more.</exception>
    public void End()
    {
        ModelFile.RefuseOthers(path, _file, _known);
        _file.Dispose();
    }

    public void Dispose()
    {
        _file.Dispose();
        foreach (var buffer in _held.Values) buffer.Dispose();
    }
}
