namespace DistTrain.Shared.Checkpoints;

/// <summary>
/// Makes the folder of a checkpoint: its files are written under a temporary name of the writer's own, sealed by a manifest, flushed to the
/// disk and renamed. A folder with its final name is whole. A writer that was given up may still be at work, and puts nothing in place once a newer
/// generation has begun.
/// </summary>
public static class CheckpointFolder
{
    /// <summary>
    /// Says that a generation begins to write checkpoints: no older one's are put in place from now on, what their writers left is removed, and a
    /// checkpoint that one of them was about to replace is put back.
    /// </summary>
    /// <param name="root">The folder that the job's checkpoints lie in; it is made where it is missing.</param>
    /// <exception cref="CheckpointSupersededException">A newer generation has begun.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public static void Begin(string root, int generation) => Begin(Path.Combine(root, "any"), generation, CheckpointDisk.Real);

    /// <summary>
    /// Writes a checkpoint. One that is there under the name is replaced; remains of writers of older generations are removed, and nothing remains of
    /// one that fails.
    /// </summary>
    /// <param name="folder">Full path.</param>
    /// <param name="generation">The writer's generation; null for one that belongs to none, replaces whatever is there, and is the only such writer
    /// of the folder.</param>
    /// <param name="writeFiles">Writes all files but the manifest into the folder that it is given.</param>
    /// <returns>Bytes of all files.</returns>
    /// <exception cref="CheckpointSupersededException">A newer generation has begun.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder beside it may not be written.</exception>
    public static long Write(string folder, int? generation, Action<string> writeFiles) =>
        Write(folder, generation, writeFiles, CheckpointDisk.Real);

    internal static long Write(string folder, int? generation, Action<string> writeFiles, CheckpointDisk disk)
    {
        Begin(folder, generation, disk);
        var temporary = CheckpointRemains.Temporary(folder, generation);
        try
        {
            disk.CreateFolder(temporary);
            if (generation is { } own) CheckpointFence.Check(folder, own);
            writeFiles(temporary);
            CheckpointJson.Write(temporary, CheckpointFiles.Manifest, CheckpointManifest.Of(temporary));
            disk.FlushAll(temporary);
            var bytes = new DirectoryInfo(temporary).EnumerateFiles().Sum(file => file.Length);
            Publish(temporary, folder, generation, disk);
            return bytes;
        }
        catch
        {
            // On a full disk the halves of several attempts would take the space that the next one needs.
            if (Directory.Exists(temporary)) CheckpointRemains.Discard(temporary, disk);
            throw;
        }
    }

    internal static void Begin(string folder, int? generation, CheckpointDisk disk)
    {
        var parent = Path.GetDirectoryName(folder)!;
        if (!Directory.Exists(parent)) disk.CreateFolder(parent);
        // In this order: see CheckpointFence.Check.
        if (generation is { } own) CheckpointFence.Raise(folder, own, disk);
        CheckpointRemains.Remove(folder, generation, disk);
    }

    private static void Publish(string temporary, string folder, int? generation, CheckpointDisk disk)
    {
        string? replaced;
        do replaced = MoveAside(folder, generation, disk);
        while (!IsMoved(temporary, folder, replaced, disk));
        disk.FlushFolder(Path.GetDirectoryName(folder)!);
        if (replaced is not null) CheckpointRemains.Discard(replaced, disk);
    }

    /// <returns>False when another writer was there first; what it wrote may be newer.</returns>
    private static bool IsMoved(string temporary, string folder, string? replaced, CheckpointDisk disk)
    {
        try
        {
            disk.Move(temporary, folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!Directory.Exists(folder))
            {
                if (replaced is not null) disk.Move(replaced, folder);
                throw;
            }
            if (replaced is not null) CheckpointRemains.Discard(replaced, disk);
            if (!Directory.Exists(temporary)) throw;
            return false;
        }
    }

    // One of the same step is there when a generation went back before it: this one takes its place.
    private static string? MoveAside(string folder, int? generation, CheckpointDisk disk)
    {
        if (!Directory.Exists(folder)) return null;
        RefuseOlder(folder, folder, generation, disk);
        var aside = CheckpointRemains.Replaced(folder, generation);
        disk.Move(folder, aside);
        // It may have been written between the look and the move.
        RefuseOlder(aside, folder, generation, disk);
        return aside;
    }

    private static void RefuseOlder(string found, string folder, int? generation, CheckpointDisk disk)
    {
        if (GenerationOf(found) is not { } other || generation is null || other <= generation) return;
        if (found != folder) disk.Move(found, folder);
        throw new CheckpointSupersededException(folder, other, "has written that step");
    }

    private static int? GenerationOf(string folder)
    {
        try
        {
            return CheckpointState.Read(folder).Generation;
        }
        catch (CheckpointDamagedException)
        {
            // What cannot be read is worth no protection.
            return null;
        }
    }
}
