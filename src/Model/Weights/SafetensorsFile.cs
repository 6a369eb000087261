using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace DistTrain.Model.Weights;

/// <summary>An open safetensors file whose header is sound and whose length is the one that the header promises.</summary>
public sealed class SafetensorsFile : IDisposable
{
    private const long LongestHeader = 100 << 20;
    private readonly SafeFileHandle _handle;
    private readonly string _path;
    private readonly Dictionary<string, SafetensorsEntry> _entries = [];
    private readonly Dictionary<string, string> _metadata = [];
    private readonly long _dataStart;

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        var length = RandomAccess.GetLength(handle);
        var headerLength = length < sizeof(long) ? throw Damaged("it is shorter than the format's eight first bytes") : HeaderLength();
        if (headerLength is <= 0 or > LongestHeader || sizeof(long) + headerLength > length)
            throw Damaged($"it gives {headerLength} bytes as the length of its header, which does not fit into its {length} bytes");
        _dataStart = sizeof(long) + headerLength;
        ParseHeader(ReadBytes(sizeof(long), (int)headerLength));
        CheckLayout(length);
    }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    /// <summary>The header's <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads a float32 tensor into <paramref name="destination"/>, which must have its shape.</summary>
    /// <exception cref="InvalidDataException">No such tensor, another type or another shape.</exception>
    public void ReadFloats(string name, IReadOnlyList<long> shape, Span<float> destination)
    {
        var entry = Entry(name, "F32");
        if (!entry.Shape.SequenceEqual(shape))
            throw new InvalidDataException(
                $"{_path}: tensor '{name}' has shape [{string.Join(", ", entry.Shape)}], but [{string.Join(", ", shape)}] is needed. The file " +
                    "belongs to a model of other sizes: use it with that model's own options, or use another checkpoint.");
        Fill(_dataStart + entry.Begin, MemoryMarshal.AsBytes(destination));
    }

    /// <inheritdoc cref="ReadFloats(string, IReadOnlyList{long}, Span{float})"/>
    public float[] ReadFloats(string name)
    {
        var entry = Entry(name, "F32");
        var values = new float[(entry.End - entry.Begin) / sizeof(float)];
        ReadFloats(name, entry.Shape, values);
        return values;
    }

    public void Dispose() => _handle.Dispose();

    internal static SafetensorsFile Open(string path)
    {
        var handle = File.OpenHandle(path);
        try
        {
            return new SafetensorsFile(path, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private SafetensorsEntry Entry(string name, string type)
    {
        if (!_entries.TryGetValue(name, out var entry))
            throw new InvalidDataException($"{_path}: has no tensor '{name}'. It has {_entries.Count} others: the file belongs to another model, " +
                "or is no model file. Use another checkpoint.");
        return entry.Type == type
            ? entry : throw new InvalidDataException($"{_path}: tensor '{name}' is {entry.Type}, but {type} is needed. Convert the tensor, or use " +
                "a checkpoint of DistTrain.");
    }

    /// <summary>The tensors must fill the rest of the file, one after the other, as the format demands.</summary>
    private void CheckLayout(long length)
    {
        var (end, bytes) = (0L, length - _dataStart);
        foreach (var (name, entry) in _entries.OrderBy(pair => pair.Value.Begin).ThenBy(pair => pair.Value.End))
        {
            if (entry.Begin != end)
                throw Damaged($"its header has tensor '{name}' at byte {entry.Begin} of the data, but the one before it ends at byte {end}");
            end = entry.End;
            if (end > bytes) throw Damaged($"it is cut off: tensor '{name}' ends at byte {end} of the data, of which the file has {bytes}");
        }
        if (end < bytes) throw Damaged($"it is longer than it should be: its tensors take {end} bytes, but it has {bytes}");
    }

    private void ParseHeader(byte[] header)
    {
        try
        {
            using var json = JsonDocument.Parse(header);
            foreach (var property in json.RootElement.EnumerateObject())
            {
                if (property.Name != "__metadata__") _entries.Add(property.Name, Parse(property));
                else foreach (var pair in property.Value.EnumerateObject()) _metadata[pair.Name] = pair.Value.GetString() ?? "";
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            throw Damaged("its header is not the JSON of the safetensors format", error);
        }
    }

    private SafetensorsEntry Parse(JsonProperty property)
    {
        try
        {
            return SafetensorsEntry.Parse(property.Value);
        }
        catch (Exception error) when (error is FormatException or KeyNotFoundException or InvalidOperationException or OverflowException)
        {
            throw Damaged($"its header's entry for tensor '{property.Name}' is not sound: {error.Message}", error);
        }
    }

    private long HeaderLength() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(0, sizeof(long)));

    private byte[] ReadBytes(long offset, int count)
    {
        var bytes = new byte[count];
        Fill(offset, bytes);
        return bytes;
    }

    private void Fill(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0) throw Damaged("it was cut off while it was being read");
            destination = destination[read..];
            offset += read;
        }
    }

    private InvalidDataException Damaged(string how, Exception? inner = null) =>
        new($"{_path}: not a whole safetensors file: {how}. Use another checkpoint, or copy the file again.", inner);
}
