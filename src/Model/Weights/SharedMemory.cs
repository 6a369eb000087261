using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace DistTrain.Model.Weights;

/// <summary>
/// Memory that other processes of the same user on this host can map: a file that lies in memory only, and that no folder holds (Linux's memfd).
/// Its length is sealed: who reads what another process has cut off dies of it.
/// </summary>
public sealed partial class SharedMemory : IDisposable
{
    private const uint CloseOnExec = 1, AllowSealing = 2;
    private const int AddSeals = 1033, GetSeals = 1034, SealSeals = 1, SealShrink = 2, SealGrow = 4;

    private readonly SafeFileHandle _file;

    private SharedMemory(SafeFileHandle file, string name, long length)
    {
        (_file, Name, Length) = (file, name, length);
        RandomAccess.SetLength(file, length);
    }

    /// <summary>Unlike any other's: a process that sees another process under the same number does not mistake its memory for this.</summary>
    public string Name { get; }

    /// <summary>Where processes of this host open it, while this process lives and has not disposed it.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{_file.DangerousGetHandle()}";

    /// <summary>In bytes.</summary>
    public long Length { get; }

    /// <summary>Memory of zeros. Null where the system has no such memory.</summary>
    /// <param name="length">In bytes, greater than 0.</param>
    public static SharedMemory? TryCreate(long length)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var name = $"disttrain-{RandomNumberGenerator.GetHexString(32, lowercase: true)}";
        var file = new SafeFileHandle(CreateMemoryFile(name, CloseOnExec | AllowSealing), ownsHandle: true);
        if (!file.IsInvalid)
        {
            var memory = new SharedMemory(file, name, length);
            if (Control(file, AddSeals, SealSeals | SealShrink | SealGrow) == 0) return memory;
        }
        file.Dispose();
        return null;
    }

    /// <summary>Whether the memory cannot become shorter any more.</summary>
    internal static bool KeepsItsLength(SafeFileHandle file) => Control(file, GetSeals, 0) is var seals && seals >= 0 && (seals & SealShrink) != 0;

    /// <summary>No process can open it any more; where it is mapped, it stays.</summary>
    public void Dispose() => _file.Dispose();

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint CreateMemoryFile(string name, uint flags);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int Control(SafeFileHandle file, int command, int argument);
}
