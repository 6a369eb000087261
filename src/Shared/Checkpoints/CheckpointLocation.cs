namespace DistTrain.Shared.Checkpoints;

/// <summary>Finds the checkpoints that a person means by a folder, and says which they are and why.</summary>
public static class CheckpointLocation
{
    /// <param name="folder">
    /// A checkpoint's folder; a job's folder, of which it is the result, else the best checkpoint so far, else the newest; or the folder that
    /// <c>disttrain run</c> made for a job file, of which it is the newest completed job that has one, else the newest other.
    /// </param>
    /// <param name="tell">Told in one sentence what was chosen and why; not called where the folder is a checkpoint itself. Null: nobody listens, and
    /// what only the sentence needs is not read.</param>
    /// <returns>Full path of a folder with a manifest; nothing in it is verified yet.</returns>
    /// <exception cref="NoCheckpointException">There is none.</exception>
    public static string Find(string folder, Action<string>? tell)
    {
        var path = Existing(folder);
        if (JobFolder.IsCheckpoint(path)) return path;
        var choice = Chosen(path, job => job.ResultOrBest() ?? job.Newest());
        tell?.Invoke(CheckpointSentence.Of(choice.Found, choice.Job, choice.PassedOver));
        return choice.Found;
    }

    /// <param name="folder">A job's folder, or the folder that <c>disttrain run</c> made for a job file: then a job of it, as <see cref="Find"/>
    /// chooses it.</param>
    /// <param name="tell">Told which job was chosen and why.</param>
    /// <returns>Full paths of all the job's checkpoints, in no order; nothing in them is verified yet.</returns>
    /// <exception cref="NoCheckpointException">There are none, or the folder is a checkpoint itself.</exception>
    public static IReadOnlyList<string> OfRun(string folder, Action<string> tell)
    {
        var path = Existing(folder);
        if (JobFolder.IsCheckpoint(path))
            throw new NoCheckpointException($"'{path}' is one checkpoint, but a run is needed. Name the folder of the run.");
        var choice = Chosen(path, job => job.All() is { Count: > 0 } all ? all : null);
        tell($"The checkpoints are {CheckpointSentence.OfJob(choice.Job, choice.PassedOver)}.");
        return choice.Found;
    }

    private static (T Found, JobFolder Job, IReadOnlyList<JobFolder>? PassedOver) Chosen<T>(string path, Func<JobFolder, T?> find)
        where T : class
    {
        var itself = JobFolder.At(path);
        if (find(itself) is { } own) return (own, itself, null);
        var jobs = JobFolder.In(path);
        foreach (var job in jobs)
            if (find(job) is { } found)
                return (found, job, [.. jobs.Where(other => other.IsNewerThan(job) && find(other) is not null)]);
        throw new NoCheckpointException($"'{path}' holds no checkpoint: neither {CheckpointFiles.Manifest} nor checkpoints/*/" +
            $"{CheckpointFiles.Manifest}. Name the folder of a checkpoint or of a run that has written one.");
    }

    private static string Existing(string folder)
    {
        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Directory.Exists(path)
            ? path : throw new NoCheckpointException($"There is no folder '{Readable.Line(path)}'. Name the folder of a checkpoint or of a run.");
    }
}
