using System.Runtime.InteropServices;

namespace DistTrain.Model.Kernels;

/// <summary>Memory of a thread for what a block of a kernel keeps in its caches. It grows to what the largest block asked for.</summary>
internal sealed unsafe class Scratch
{
    private const nuint Alignment = 64;

    [ThreadStatic]
    private static Scratch? own;

    private float* memory;
    private int length;

    private Scratch()
    {
    }

    ~Scratch() => NativeMemory.AlignedFree(memory);

    /// <summary>At least <paramref name="count"/> values, undefined, until the thread asks again.</summary>
    public static float* Floats(int count) => (own ??= new Scratch()).Grown(count);

    private float* Grown(int count)
    {
        if (count <= length) return memory;
        memory = (float*)NativeMemory.AlignedRealloc(memory, (nuint)count * sizeof(float), Alignment);
        length = count;
        return memory;
    }
}
