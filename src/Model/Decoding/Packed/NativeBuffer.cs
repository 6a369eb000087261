using System.Runtime.InteropServices;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>Memory outside the garbage collector's, of whole cache lines: it does not move, and grows.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint Alignment = 64;

    private byte* memory;
    private long length;

    ~NativeBuffer() => NativeMemory.AlignedFree(memory);

    public float* Floats => (float*)memory;

    /// <summary>At least so many bytes, valid until more are asked for. What was there stays; the rest is zero when it is new.</summary>
    public byte* Bytes(long count)
    {
        if (count <= length) return memory;
        var grown = Math.Max(count, length + length / 2);
        memory = (byte*)NativeMemory.AlignedRealloc(memory, (nuint)grown, Alignment);
        NativeMemory.Clear(memory + length, (nuint)(grown - length));
        length = grown;
        return memory;
    }

    /// <summary>The same for values of float32.</summary>
    public float* Room(long count) => (float*)Bytes(count * sizeof(float));

    public void Dispose()
    {
        NativeMemory.AlignedFree(memory);
        memory = null;
        length = 0;
        GC.SuppressFinalize(this);
    }
}
