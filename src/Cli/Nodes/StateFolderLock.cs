using System.Globalization;
using DistTrain.Cli.Terminal;

namespace DistTrain.Cli.Nodes;

/// <summary>
/// Keeps two coordinators, or two of <c>disttrain run</c>, from using one state folder at once. A lock goes with its process, however that ends. A
/// file beside it names the process for people; only the lock decides.
/// </summary>
internal static class StateFolderLock
{
    private const string Coordinator = "coordinator", Run = "run";

    /// <summary>EWOULDBLOCK, whose number is the system's: the file is there and another process holds it.</summary>
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <exception cref="UsageException">Another process holds it, or the folder cannot be written.</exception>
    public static IAsyncDisposable OfCoordinator(string folder) => Take(folder, Coordinator);

    /// <summary>
    /// Of <c>disttrain run</c>, before it starts anything. What an earlier run left running is waited for: it ends by itself, as its parent is gone.
    /// </summary>
    /// <param name="note">Told when there is something to wait for.</param>
    /// <exception cref="UsageException">A run or a coordinator of that folder is under way, or the folder cannot be written.</exception>
    public static async Task<IDisposable> OfRun(string folder, TimeProvider clock, Action<string> note, CancellationToken stop)
    {
        var run = Take(folder, Run);
        try
        {
            for (var told = false; ; told = true)
            {
                await using (var coordinator = TryTake(folder, Coordinator))
                    if (coordinator is not null) return run;
                var (process, parent) = Holder(folder, Coordinator);
                if (parent is null) throw new UsageException(InUse(folder, Coordinator));
                if (!told) note($"The coordinator of an earlier run (process {process}) has not ended yet; waiting for it.");
                await Task.Delay(Interval, clock, stop);
            }
        }
        catch
        {
            await run.DisposeAsync();
            throw;
        }
    }

    private static FileStream Take(string folder, string what)
    {
        var taken = TryTake(folder, what) ?? throw new UsageException(InUse(folder, what));
        File.WriteAllText(HolderFile(folder, what), $"{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)} {ParentWatch.Parent}".TrimEnd());
        return taken;
    }

    /// <returns>Null when another process holds it.</returns>
    private static FileStream? TryTake(string folder, string what)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, $"{what}.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure.HResult == WouldBlock)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The state folder '{Path.GetFullPath(folder)}' cannot be used: {failure.Message} Make it writable, or choose " +
                "another folder.");
        }
    }

    private static string InUse(string folder, string what)
    {
        var (process, parent) = Holder(folder, what);
        var (holder, number) = what == Run ? ("A run of this folder", process) : parent is null
            ? ("A coordinator of this folder", process) : ("A run of this folder", parent);
        return $"{holder} is under way{(number is null ? "" : $" (process {number})")}: '{Path.GetFullPath(folder)}'. Wait for it or end it, or " +
            "choose another folder.";
    }

    private static (string? Process, string? Parent) Holder(string folder, string what)
    {
        // The holder has the lock a moment before it has written this.
        if (!File.Exists(HolderFile(folder, what))) return (null, null);
        var parts = File.ReadAllText(HolderFile(folder, what)).Split(' ');
        return (parts[0].Length > 0 ? parts[0] : null, parts.Length > 1 ? parts[1] : null);
    }

    private static string HolderFile(string folder, string what) => Path.Combine(folder, $"{what}.process");
}
