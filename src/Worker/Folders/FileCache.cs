namespace DistTrain.Worker.Folders;

/// <summary>
/// A folder of what can be fetched again, with a limit. An entry is a file or a folder two levels down, such as <c>data/HASH.tokens</c>. Processes
/// share it: who uses an entry holds a shared lock on a file named after it, and only who gets that lock alone deletes the entry.
/// </summary>
internal sealed class FileCache(CacheOptions options, TimeProvider clock)
{
    private const string Uses = "uses", Incoming = "incoming";

    /// <summary>EWOULDBLOCK, or a sharing violation: whose number is the system's.</summary>
    private static readonly int Locked = OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11;

    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(50);

    /// <summary>Full path.</summary>
    public string Folder { get; } = Path.GetFullPath(options.Folder);

    /// <summary>Keeps an entry, which need not be there yet, from being deleted until the result is disposed.</summary>
    /// <param name="entry">Its path in the cache.</param>
    /// <exception cref="OperationCanceledException"><paramref name="stop"/> was cancelled while another process deletes it.</exception>
    public IDisposable Hold(string entry, CancellationToken stop)
    {
        Directory.CreateDirectory(Path.Combine(Folder, Uses));
        while (true)
        {
            if (TryLock(entry, FileAccess.Read, FileShare.Read) is { } use)
            {
                // So the time of the file is that of the last use.
                File.SetLastWriteTimeUtc(use.SafeFileHandle, clock.GetUtcNow().UtcDateTime);
                return use;
            }
            stop.WaitHandle.WaitOne(BetweenTries);
            stop.ThrowIfCancellationRequested();
        }
    }

    /// <summary>An empty folder for what is being fetched, so that nothing unfinished has an entry's name. It is gone when it is disposed.</summary>
    public IncomingFolder Receive(CancellationToken stop)
    {
        var entry = $"{Incoming}/{Guid.NewGuid():N}";
        var use = Hold(entry, stop);
        var folder = Path.Combine(Folder, entry);
        Directory.CreateDirectory(folder);
        return new IncomingFolder(folder, () =>
        {
            Delete(folder);
            use.Dispose();
            File.Delete(LockOf(entry));
        });
    }

    /// <summary>Deletes what was used the longest ago until the rest is within the limit, and what a dead process was fetching.</summary>
    public void Trim()
    {
        if (!Directory.Exists(Folder)) return;
        foreach (var remains in Entries().Where(entry => entry.StartsWith(Incoming, StringComparison.Ordinal))) TryDelete(remains);
        var sizes = Entries().ToDictionary(entry => entry, Size);
        var sum = sizes.Values.Sum();
        foreach (var (entry, size) in sizes.OrderBy(entry => LastUse(entry.Key)).ThenBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (sum <= options.Bytes) return;
            if (TryDelete(entry)) sum -= size;
        }
    }

    private List<string> Entries() =>
        [.. Directory.GetDirectories(Folder).Where(kind => Path.GetFileName(kind) != Uses).SelectMany(Directory.GetFileSystemEntries)
            .Select(entry => Path.GetRelativePath(Folder, entry).Replace(Path.DirectorySeparatorChar, '/'))];

    // What is deleted meanwhile by another process takes no space.
    private long Size(string entry)
    {
        var path = Path.Combine(Folder, entry);
        try
        {
            return Directory.Exists(path)
                ? new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length)
                : new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private DateTime LastUse(string entry) => File.GetLastWriteTimeUtc(LockOf(entry));

    /// <returns>False when it is in use.</returns>
    private bool TryDelete(string entry)
    {
        Directory.CreateDirectory(Path.Combine(Folder, Uses));
        using var alone = TryLock(entry, FileAccess.ReadWrite, FileShare.None);
        return alone is not null && Delete(Path.Combine(Folder, entry));
    }

    private static bool Delete(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A file of it is open where open files cannot be deleted: another time.
            return false;
        }
    }

    /// <returns>Null when another holds it in a way that does not go with this one.</returns>
    private FileStream? TryLock(string entry, FileAccess access, FileShare share)
    {
        try
        {
            return new FileStream(LockOf(entry), FileMode.OpenOrCreate, access, share);
        }
        catch (IOException e) when (e.HResult == Locked)
        {
            return null;
        }
    }

    private string LockOf(string entry) => Path.Combine(Folder, Uses, entry.Replace('/', '_'));
}

/// <summary>A folder that is there for a while.</summary>
internal sealed class IncomingFolder(string path, Action remove) : IDisposable
{
    public string Path { get; } = path;

    public void Dispose() => remove();
}
