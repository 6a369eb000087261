using DistTrain.Coordinator.Checkpoints;
using DistTrain.Worker.Checkpoints;

namespace DistTrain.Cli.Checkpoints;

/// <summary>Finds the checkpoints that a person means by a folder.</summary>
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
        var path = Existing(folder);
        return IsCheckpoint(path) ? path : Jobs(path).Select(BestOrNewest).FirstOrDefault(found => found is not null) ?? throw Nothing(path);
    }

    /// <param name="folder">A job's folder, or the folder that <c>disttrain run</c> made for a job file: then its newest job that has a checkpoint.</param>
    /// <returns>Full paths of all the job's checkpoints, in no order; nothing in them is verified yet.</returns>
    /// <exception cref="UsageException">There are none, or the folder is a checkpoint itself.</exception>
    public static IReadOnlyList<string> OfRun(string folder)
    {
        var path = Existing(folder);
        if (IsCheckpoint(path)) throw new UsageException($"'{path}' is one checkpoint, but a run is needed. Name the folder of the run.");
        return Jobs(path).Select(OfJob).FirstOrDefault(found => found.Count > 0) ?? throw Nothing(path);
    }

    private static string Existing(string folder)
    {
        var path = Path.GetFullPath(folder);
        return Directory.Exists(path) ? path : throw new UsageException($"There is no folder '{path}'. Name the folder of a checkpoint or of a run.");
    }

    /// <summary>The folder itself and the jobs in it, newest first.</summary>
    private static IEnumerable<string> Jobs(string path) => Folders(Path.Combine(path, "jobs")).OrderByDescending(Directory.GetCreationTimeUtc).Prepend(path);

    private static string? BestOrNewest(string job)
    {
        var checkpoints = Path.Combine(job, "checkpoints");
        var best = Path.Combine(checkpoints, CheckpointFolders.BestFile);
        // Only a name counts: the file cannot point outside the run.
        if (File.Exists(best) && Path.Combine(checkpoints, Path.GetFileName(File.ReadAllText(best).Trim())) is var named && IsCheckpoint(named)) return named;
        return OfJob(job).MaxBy(found => CheckpointState.Read(found) is var state ? (state.PhaseIndex, state.Step) : default);
    }

    private static List<string> OfJob(string job) => [.. Folders(Path.Combine(job, "checkpoints")).Where(IsCheckpoint)];

    private static bool IsCheckpoint(string folder) => File.Exists(Path.Combine(folder, CheckpointFiles.Manifest));

    // A folder that is being written or replaced has an ending of its own.
    private static IEnumerable<string> Folders(string folder) =>
        Directory.Exists(folder) ? Directory.GetDirectories(folder).Where(found => !found.EndsWith(".tmp", StringComparison.Ordinal) && !found.EndsWith(".old", StringComparison.Ordinal)) : [];

    private static UsageException Nothing(string path) =>
        new($"'{path}' holds no checkpoint: neither {CheckpointFiles.Manifest} nor checkpoints/*/{CheckpointFiles.Manifest}. Name the folder of a checkpoint or of a run that has written one.");
}
