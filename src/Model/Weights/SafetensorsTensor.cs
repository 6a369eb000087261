using System.Runtime.InteropServices;

namespace DistTrain.Model.Weights;

/// <summary>One named tensor to be written to a safetensors file.</summary>
public abstract record SafetensorsTensor(string Name, IReadOnlyList<long> Shape)
{
    /// <summary>The format's name of the element type.</summary>
    internal abstract string ElementType { get; }

    /// <summary>The elements, little-endian, in row-major order.</summary>
    internal abstract ReadOnlySpan<byte> Bytes { get; }
}

/// <summary>A float32 tensor.</summary>
public sealed record FloatTensor(string Name, IReadOnlyList<long> Shape, ReadOnlyMemory<float> Values) : SafetensorsTensor(Name, Shape)
{
    internal override string ElementType => "F32";

    internal override ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(Values.Span);
}
