using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DistTrain.Model.Weights;

namespace DistTrain.Model.Tests.Weights;

/// <summary>An int64 tensor: golden files have tokens as such, files of the program none.</summary>
internal sealed record TokenTensor(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<long> Values) : SafetensorsTensor(Name, Shape)
{
    internal override string ElementType => "I64";

    internal override ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(Values.Span);

    public static TokenTensor Read(string path, string name)
    {
        using var file = Safetensors.Read(path);
        var entry = file.Entries[name];
        Assert.Equal("I64", entry.Type);
        var bytes = File.ReadAllBytes(path);
        var start = sizeof(long) + BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var values = MemoryMarshal.Cast<byte, long>(bytes.AsSpan((int)(start + entry.Begin)..(int)(start + entry.End))).ToArray();
        return new(name, entry.Shape, values);
    }
}
