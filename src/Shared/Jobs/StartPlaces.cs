using DistTrain.Shared.Checkpoints;

namespace DistTrain.Shared.Jobs;

/// <summary>Where a job's start is looked for.</summary>
/// <param name="DataRoot">Full path of the folder that relative paths start from.</param>
/// <param name="State">The coordinator's state folder, by the job's name: where relative paths start otherwise, and ids of jobs; null: nowhere else.</param>
public sealed record StartPlaces(string DataRoot, Func<string, string>? State = null)
{
    /// <param name="checkpoint">As a job file or a person says it.</param>
    /// <returns>Full path of the checkpoint that is chosen; else why there is none, as the end of a sentence.</returns>
    public (string? Folder, string Because) Find(string checkpoint, string job)
    {
        var folders = Folders(checkpoint, job);
        if (folders.FirstOrDefault(Directory.Exists) is not { } folder)
            return (null, $"but there is no folder {string.Join(" or ", folders)}. Name the folder of a checkpoint or of a run, or the id of a job of this coordinator.");
        try
        {
            return (CheckpointLocation.Find(folder, _ => { }), "");
        }
        catch (Exception failure) when (failure is NoCheckpointException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return (null, $"but no checkpoint can be taken from there. {failure.Message}");
        }
    }

    private List<string> Folders(string checkpoint, string job)
    {
        List<string> from = [DataRoot];
        if (State?.Invoke(job) is { } state) from.AddRange([state, Path.Combine(state, "jobs")]);
        // No path holds a null character; one that is written out names nothing, which is then said.
        return [.. from.Select(folder => Path.GetFullPath(Path.Combine(folder, checkpoint.Replace("\0", "\\0", StringComparison.Ordinal)))).Distinct()];
    }
}
