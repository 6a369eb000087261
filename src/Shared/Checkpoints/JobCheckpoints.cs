namespace DistTrain.Shared.Checkpoints;

/// <summary>What lies beside one another in the folder of a job's checkpoints: it is listed, tidied, and the best is named.</summary>
public static class JobCheckpoints
{
    /// <summary>Full paths of all folders among a job's checkpoints, of whatever name; none before the first.</summary>
    /// <exception cref="IOException">They cannot be looked through.</exception>
    public static IReadOnlyList<string> All(string runFolder) =>
        CheckpointFiles.Root(runFolder) is var folder && Directory.Exists(folder) ? Directory.GetDirectories(folder) : [];

    /// <summary>Deletes a checkpoint.</summary>
    /// <returns>Null, or why it could not be deleted; the job goes on all the same.</returns>
    public static string? Delete(string folder) => Delete(folder, CheckpointDisk.Real);

    internal static string? Delete(string folder, CheckpointDisk disk)
    {
        try
        {
            if (!Directory.Exists(folder)) return null;
            // Under another name first: a coordinator that dies in between leaves no half checkpoint.
            var away = CheckpointRemains.Temporary(folder, null);
            disk.Move(folder, away);
            disk.Remove(away);
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;                   // a writer has tidied it away meanwhile
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The superfluous checkpoint '{folder}' could not be deleted: {failure.Message}. Delete it by hand.";
        }
    }

    /// <summary>The name that <see cref="NameBest(string)"/> wrote; null before it did.</summary>
    public static string? Best(string runFolder) =>
        Path.Combine(CheckpointFiles.Root(runFolder), CheckpointFiles.Best) is var best && File.Exists(best) ? File.ReadAllText(best).Trim() : null;

    /// <summary>Writes which checkpoint is the best, replacing the file at once.</summary>
    /// <returns>Null, or why it could not be written.</returns>
    public static string? NameBest(string folder) => NameBest(folder, CheckpointDisk.Real);

    internal static string? NameBest(string folder, CheckpointDisk disk)
    {
        try
        {
            var (file, name) = (Path.Combine(Path.GetDirectoryName(folder)!, CheckpointFiles.Best), Path.GetFileName(folder) + "\n");
            if (File.Exists(file) && File.ReadAllText(file) == name) return null;
            disk.WriteText(file, name);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The name of the best checkpoint, '{folder}', could not be written beside it: {failure.Message}.";
        }
    }
}
