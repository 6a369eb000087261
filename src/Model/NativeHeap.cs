using System.Runtime.InteropServices;

namespace DistTrain.Model;

/// <summary>
/// glibc gives large blocks back to the kernel when they are freed, and the next tensor of that size pays for every page again. A training
/// step makes and frees the same sizes over and over, so the process keeps them.
/// </summary>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;
    private const int LargestMmapThreshold = 32 << 20;

    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out _)) return;
        // Both only make it faster: a refusal changes nothing.
        _ = mallopt(MmapThreshold, LargestMmapThreshold);
        _ = mallopt(TrimThreshold, int.MaxValue);
    }

    [LibraryImport("libc.so.6")]
    private static partial int mallopt(int parameter, int value);
}
