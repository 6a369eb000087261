using System.Runtime.InteropServices;

namespace DistTrain.Cli.Terminal;

/// <summary>What .NET does not tell of the process's standard output: its console swallows the errors of a broken pipe.</summary>
internal static partial class StandardOutput
{
    private const int Output = 1;
    private const short Error = 8, HungUp = 16;

    /// <summary>Whether nobody reads it any more, as when it is a pipe to <c>head</c> that has ended. False on Windows.</summary>
    public static bool HasNoReader()
    {
        if (OperatingSystem.IsWindows()) return false;
        var asked = new Descriptor { File = Output };
        return Poll(ref asked, 1, milliseconds: 0) > 0 && (asked.Happened & (Error | HungUp)) != 0;
    }

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(ref Descriptor descriptors, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Descriptor
    {
        public int File;
        public short Wanted;
        public short Happened;
    }
}
