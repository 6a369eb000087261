using System.Runtime.InteropServices;

namespace DistTrain.Model.Kernels.Cpu;

/// <summary>Memory of a thread for what a block of a kernel keeps in its caches. It grows to what the largest block asked for.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static Scratch? _own;

    private float* _memory;
    private int _length;

    private Scratch()
    {
    }

    ~Scratch() => NativeMemory.AlignedFree(_memory);

    /// <summary>At least <paramref name="count"/> values, undefined, until the thread asks again.</summary>
    public static float* Floats(int count) => (_own ??= new Scratch()).Grown(count);

    private float* Grown(int count)
    {
        if (count <= _length) return _memory;
        _memory = (float*)NativeMemory.AlignedRealloc(_memory, (nuint)count * sizeof(float), Alignment);
        _length = count;
        return _memory;
    }
}
