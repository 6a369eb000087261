using System.Buffers.Binary;
using System.Text.Json;

namespace DistTrain.Model.Weights;

/// <summary>
/// The safetensors format: eight bytes with the header's length, a JSON header of names, types, shapes and offsets, then the tensors' bytes.
/// Written and read without a library because none exists for .NET; Python's reads what is written here.
/// </summary>
public static class Safetensors
{
    private const int Alignment = 8;

    /// <summary>Writes a file and flushes it to the disk. Not atomic: write to a temporary name and rename where a crash matters.</summary>
    /// <exception cref="ArgumentException">A tensor's elements do not fill its shape.</exception>
    public static void Write(string path, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var list = tensors.ToList();
        var header = Header(list, metadata);
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Span<byte> length = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        file.Write(length);
        file.Write(header);
        foreach (var tensor in list) file.Write(tensor.Bytes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Opens a file and checks its header and its length; tensors are read when asked for.</summary>
    /// <exception cref="InvalidDataException">The file is not a whole safetensors file.</exception>
    public static SafetensorsFile Read(string path) => SafetensorsFile.Open(path);

    private static byte[] Header(List<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata) json.WriteString(key, value);
            json.WriteEndObject();
            long offset = 0;
            foreach (var tensor in tensors) offset = WriteEntry(json, tensor, offset);
            json.WriteEndObject();
        }
        // Spaces at the end keep the tensors aligned for readers that map the file.
        while (buffer.Length % Alignment != 0) buffer.WriteByte((byte)' ');
        return buffer.ToArray();
    }

    private static long WriteEntry(Utf8JsonWriter json, SafetensorsTensor tensor, long offset)
    {
        var bytes = tensor.Bytes.Length;
        var expected = tensor.Shape.Aggregate(1L, (product, size) => product * size) * SafetensorsEntry.SizeOf(tensor.ElementType);
        if (bytes != expected)
            throw new ArgumentException($"Tensor '{tensor.Name}' has {bytes} bytes, but its shape [{string.Join(", ", tensor.Shape)}] takes " +
                $"{expected}.", nameof(tensor));
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", tensor.ElementType);
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(offset);
        json.WriteNumberValue(offset + bytes);
        json.WriteEndArray();
        json.WriteEndObject();
        return offset + bytes;
    }
}
