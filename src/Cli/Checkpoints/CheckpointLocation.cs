using DistTrain.Coordinator.Checkpoints;
using DistTrain.Worker.Checkpoints;

namespace DistTrain.Cli.Checkpoints;

/// <summary>Finds the checkpoint that a person means by a folder.</summary>
internal static class CheckpointLocation
{
    /// <param name="folder">
    /// A checkpoint's folder; a job's folder, of which it is the best checkpoint, else the newest; or the folder that <c>disttrain run</c>
    /// made for a job file, of which it is the newest job that has one.
    /// </param>
    /// <returns>Full path of a folder with a manifest; nothing in it is verified yet.</returns>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Find(string folder)
    {
        var path = Path.GetFullPath(folder);
        if (!Directory.Exists(path)) throw new UsageException($"There is no folder '{path}'. Name the folder of a checkpoint or of a run.");
        if (IsCheckpoint(path)) return path;
        return OfJob(path)
            ?? Folders(Path.Combine(path, "jobs")).OrderByDescending(Directory.GetCreationTimeUtc).Select(OfJob).FirstOrDefault(found => found is not null)
            ?? throw new UsageException($"'{path}' holds no checkpoint: neither {CheckpointFiles.Manifest} nor checkpoints/*/{CheckpointFiles.Manifest}. Name the folder of a checkpoint or of a run that has written one.");
    }

    private static string? OfJob(string job)
    {
        var checkpoints = Path.Combine(job, "checkpoints");
        var best = Path.Combine(checkpoints, CheckpointFolders.BestFile);
        // Only a name counts: the file cannot point outside the run.
        if (File.Exists(best) && Path.Combine(checkpoints, Path.GetFileName(File.ReadAllText(best).Trim())) is var named && IsCheckpoint(named)) return named;
        return Folders(checkpoints).Where(IsCheckpoint).MaxBy(found => CheckpointState.Read(found) is var state ? (state.PhaseIndex, state.Step) : default);
    }

    private static bool IsCheckpoint(string folder) => File.Exists(Path.Combine(folder, CheckpointFiles.Manifest));

    // A folder that is being written or replaced has an ending of its own.
    private static IEnumerable<string> Folders(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder).Where(found => !found.EndsWith(".tmp", StringComparison.Ordinal) && !found.EndsWith(".old", StringComparison.Ordinal)) : [];
}
