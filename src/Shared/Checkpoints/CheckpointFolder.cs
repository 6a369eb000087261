namespace DistTrain.Shared.Checkpoints;

/// <summary>
/// Makes the folder of a checkpoint: its files are written under a temporary name of the writer's own, sealed by a manifest, flushed to the
/// disk and renamed. A folder with its final name is whole, and never replaced by one of an older generation: a writer that was given up may
/// still be at work.
/// </summary>
public static class CheckpointFolder
{
    /// <summary>
    /// Writes a checkpoint. One that is there under the name is replaced; remains of writers of older generations are removed, and nothing remains of
    /// one that fails.
    /// </summary>
    /// <param name="folder">Full path.</param>
    /// <param name="generation">The writer's generation; null for one that belongs to none, replaces whatever is there, and is the only such writer
    /// of the folder.</param>
    /// <param name="writeFiles">Writes all files but the manifest into the folder that it is given.</param>
    /// <returns>Bytes of all files.</returns>
    /// <exception cref="CheckpointSupersededException">A newer generation has written the checkpoint.</exception>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder beside it may not be written.</exception>
    public static long Write(string folder, int? generation, Action<string> writeFiles)
    {
        CheckpointRemains.Remove(folder, generation);
        var temporary = CheckpointRemains.Temporary(folder, generation);
        var bytes = Fill(temporary, writeFiles);
        Publish(temporary, folder, generation);
        DurableFiles.FlushFolder(Path.GetDirectoryName(folder)!);
        return bytes;
    }

    private static long Fill(string temporary, Action<string> writeFiles)
    {
        Directory.CreateDirectory(temporary);
        try
        {
            writeFiles(temporary);
            CheckpointJson.Write(temporary, CheckpointFiles.Manifest, CheckpointManifest.Of(temporary));
            DurableFiles.FlushAll(temporary);
            return new DirectoryInfo(temporary).EnumerateFiles().Sum(file => file.Length);
        }
        catch
        {
            // On a full disk the halves of several attempts would take the space that the next one needs.
            CheckpointRemains.Discard(temporary);
            throw;
        }
    }

    private static void Publish(string temporary, string folder, int? generation)
    {
        while (true)
        {
            // One of the same step is there when a generation went back before it: this one takes its place.
            var replaced = MoveAside(folder, temporary, generation);
            try
            {
                Directory.Move(temporary, folder);
                if (replaced is not null) CheckpointRemains.Discard(replaced);
                return;
            }
            catch (IOException) when (Directory.Exists(folder) && Directory.Exists(temporary))
            {
                // Another writer was there first; what it wrote may be newer.
                if (replaced is not null) CheckpointRemains.Discard(replaced);
            }
        }
    }

    private static string? MoveAside(string folder, string temporary, int? generation)
    {
        if (!Directory.Exists(folder)) return null;
        RefuseOlder(folder, folder, temporary, generation);
        var aside = CheckpointRemains.Replaced(folder, generation);
        Directory.Move(folder, aside);
        // It may have been written between the look and the move.
        RefuseOlder(aside, folder, temporary, generation);
        return aside;
    }

    private static void RefuseOlder(string found, string folder, string temporary, int? generation)
    {
        if (GenerationOf(found) is not { } other || generation is null || other <= generation) return;
        if (found != folder) Directory.Move(found, folder);
        CheckpointRemains.Discard(temporary);
        throw new CheckpointSupersededException(folder, other);
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
