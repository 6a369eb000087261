namespace DistTrain.Worker.Checkpoints;

/// <summary>
/// Makes the folder of a checkpoint: its files are written under a temporary name, sealed by a manifest, flushed to the disk and renamed.
/// A folder with its final name is whole.
/// </summary>
public static class CheckpointFolder
{
    private const string Temporary = ".tmp", Replaced = ".old";

    /// <summary>Writes a checkpoint. One that is there under the name is replaced; remains of a writer that died are removed.</summary>
    /// <param name="folder">Full path.</param>
    /// <param name="writeFiles">Writes all files but the manifest into the folder that it is given.</param>
    /// <returns>Bytes of all files.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder beside it may not be written.</exception>
    public static long Write(string folder, Action<string> writeFiles)
    {
        var temporary = folder + Temporary;
        Remove(temporary);
        Directory.CreateDirectory(temporary);
        writeFiles(temporary);
        CheckpointJson.Write(temporary, CheckpointFiles.Manifest, CheckpointManifest.Of(temporary));
        DurableFiles.FlushAll(temporary);

        // One of the same step is there when a generation went back before it: this one takes its place.
        Remove(folder + Replaced);
        if (Directory.Exists(folder)) Directory.Move(folder, folder + Replaced);
        Directory.Move(temporary, folder);
        DurableFiles.FlushFolder(Path.GetDirectoryName(folder)!);
        Remove(folder + Replaced);
        return new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
    }

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
