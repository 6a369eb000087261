using System.Runtime.InteropServices;

namespace DistTrain.Model.Decoding.Packed;

/// <summary>Memory outside the garbage collector's, of whole cache lines: it does not move, and grows.</summary>
internal sealed unsafe class NativeBuffer : IDisposable
{
    private const nuint Alignment = 64;

    private byte* _memory;
    private long _length;

    ~NativeBuffer() => NativeMemory.AlignedFree(_memory);

    public float* Floats => (float*)_memory;

    /// <summary>At least so many bytes, valid until more are asked for. What was there stays; the rest is zero when it is new.</summary>
    public byte* Bytes(long count)
    {
        if (count <= _length) return _memory;
        var grown = Math.Max(count, _length + _length / 2);
        _memory = (byte*)NativeMemory.AlignedRealloc(_memory, (nuint)grown, Alignment);
        NativeMemory.Clear(_memory + _length, (nuint)(grown - _length));
        _length = grown;
        return _memory;
    }

    /// <summary>The same for values of float32.</summary>
    public float* Room(long count) => (float*)Bytes(count * sizeof(float));

    public void Dispose()
    {
        NativeMemory.AlignedFree(_memory);
        _memory = null;
        _length = 0;
        GC.SuppressFinalize(this);
    }
}
