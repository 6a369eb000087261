using System.Runtime.InteropServices;

namespace DistTrain.Model;

/// <summary>Tells the want of memory from all other failures, which libtorch reports by one type of exception.</summary>
public static class OutOfMemory
{
    // Of CUDA's allocator, and of the CPU's on Unix and on Windows.
    private static readonly string[] Sentences = ["out of memory", "can't allocate memory", "not enough memory"];

    /// <summary>Whether less work at once might do: an allocation failed, on the device or on the host.</summary>
    public static bool Is(Exception failure) =>
        failure is OutOfMemoryException
        || (failure is ExternalException && Sentences.Any(sentence => failure.Message.Contains(sentence, StringComparison.OrdinalIgnoreCase)));
}
