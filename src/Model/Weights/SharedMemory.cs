using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace DistTrain.Model.Weights;

/// <summary>Memory that other processes of the same user on this host can map: a file that lies in memory only, and that no folder holds (Linux's memfd).</summary>
public sealed partial class SharedMemory : IDisposable
{
    private const uint CloseOnExec = 1;

    private readonly SafeFileHandle file;

    private SharedMemory(SafeFileHandle file, string name, long length)
    {
        (this.file, Name, Length) = (file, name, length);
        RandomAccess.SetLength(file, length);
    }

    /// <summary>Unlike any other's: a process that sees another process under the same number does not mistake its memory for this.</summary>
    public string Name { get; }

    /// <summary>Where processes of this host open it, while this process lives and has not disposed it.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{file.DangerousGetHandle()}";

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>Memory of zeros. Null where the system has no such memory.</summary>
    /// <param name="length">In bytes, greater than 0.</param>
    public static SharedMemory? TryCreate(long length)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var name = $"disttrain-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        var file = new SafeFileHandle(CreateMemoryFile(name, CloseOnExec), ownsHandle: true);
        if (!file.IsInvalid) return new SharedMemory(file, name, length);
        file.Dispose();
        return null;
    }

    /// <summary>No process can open it any more; where it is mapped, it stays.</summary>
    public void Dispose() => file.Dispose();

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CreateMemoryFile(string name, uint flags);
}
