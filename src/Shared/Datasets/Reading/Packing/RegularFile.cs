using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>
/// Refuses a pipe where one will not do: what was read from it is gone, and whoever opens it again waits for a writer that will not come.
/// </summary>
internal static partial class RegularFile
{
    private const int ReadOnly = 0, DoNotWait = 0x800, CloseWhenExecuting = 0x80000;

    /// <param name="use">Why it must be a file, as the end of a sentence.</param>
    /// <exception cref="DataFormatException">It is a pipe.</exception>
    public static void Require(string name, string use)
    {
        // .NET opens a pipe only once there is a writer, which may be never. What cannot be opened here, whoever reads it says why.
        using var handle = Open(name, ReadOnly | DoNotWait | CloseWhenExecuting);
        if (handle.IsInvalid) return;
        using var stream = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (!stream.CanSeek)
            throw new DataFormatException(name, 0, $"This is a pipe, which can be read only once, but {use}.", "Write it into a file first.");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);
}
