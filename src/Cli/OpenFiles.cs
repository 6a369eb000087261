using System.Runtime.InteropServices;

namespace DistTrain.Cli;

/// <summary>
/// Whether the process may have enough files open. Below, .NET fails to load its own libraries, in words that tell nothing of files.
/// </summary>
internal static partial class OpenFiles
{
    /// <summary>Libraries, logs, the journal, data and sockets of a small cluster together.</summary>
    private const ulong Least = 512;

    private const int OfOpenFiles = 7;

    /// <returns>What is wrong, with the remedy; null where nothing is. .NET has raised the limit to the highest that it may have by now.</returns>
    public static string? Problem() => !OperatingSystem.IsLinux() || GetLimit(OfOpenFiles, out var limit) != 0 || limit.Current >= Least
        ? null
        : $"This process may have {limit.Current} files open, but needs {Least}. Raise the limit, such as with 'ulimit -n 4096' in the shell that " +
        "starts it or LimitNOFILE of its unit.";

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Current;
        public ulong Highest;
    }
}
