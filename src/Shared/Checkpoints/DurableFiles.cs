using System.Runtime.InteropServices;

namespace DistTrain.Shared.Checkpoints;

/// <summary>Gets files and folders onto the disk, so that what is there after a power failure is whole.</summary>
public static partial class DurableFiles
{
    private const int ReadOnly = 0;

    /// <summary>Flushes every file of a folder, then the folder itself.</summary>
    public static void FlushAll(string folder)
    {
        foreach (var file in Directory.GetFiles(folder)) FlushFile(file);
        FlushFolder(folder);
    }

    /// <summary>Flushes one file.</summary>
    public static void FlushFile(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Flushes a folder's list of entries: without it a rename may be lost. Windows does so by itself.</summary>
    public static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) throw NotFlushed(folder);
        var flushed = Flush(descriptor);
        var problem = flushed == 0 ? null : NotFlushed(folder);
        _ = Close(descriptor);
        if (problem is not null) throw problem;
    }

    private static IOException NotFlushed(string folder) =>
        new($"The folder '{folder}' could not be flushed to disk: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");

    // .NET opens no folders, and its file streams flush files only.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
