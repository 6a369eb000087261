using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Checkpoints;

/// <summary>What the coordinator does to checkpoint folders: it removes those that retention dropped and names the best.</summary>
public static class CheckpointFolders
{
    /// <summary>Deletes a checkpoint that the catalog no longer holds.</summary>
    /// <returns>Null, or why it could not be deleted; the job goes on all the same.</returns>
    public static string? Delete(CheckpointRecord checkpoint)
    {
        try
        {
            if (!Directory.Exists(checkpoint.Folder)) return null;
            // Under another name first: a coordinator that dies in between leaves no half checkpoint. The next writer removes what has that ending.
            var away = checkpoint.Folder + ".dropped.tmp";
            Directory.Move(checkpoint.Folder, away);
            Directory.Delete(away, recursive: true);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The superfluous checkpoint '{checkpoint.Folder}' could not be deleted: {failure.Message}. Delete it by hand.";
        }
    }

    /// <summary>Writes which checkpoint is the best, replacing the file at once.</summary>
    /// <returns>Null, or why it could not be written.</returns>
    public static string? NameBest(string folder)
    {
        try
        {
            var file = Path.Combine(Path.GetDirectoryName(folder)!, CheckpointFiles.Best);
            File.WriteAllText(file + ".tmp", Path.GetFileName(folder) + "\n");
            File.Move(file + ".tmp", file, overwrite: true);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"The name of the best checkpoint, '{folder}', could not be written beside it: {failure.Message}.";
        }
    }
}
