using System.Globalization;
using System.Text.RegularExpressions;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Checkpoints;

/// <summary>A job's folder, and what its files tell of how the job stands.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Result">Null when the job has not ended.</param>
public sealed partial record JobFolder(string Path, JobResult? Result)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsCompleted => Result is { IsCompleted: true };

    /// <summary>How the job stands, to go after its name.</summary>
    public string Standing => Result?.Status switch
    {
        null => "has not ended",
        JobStage.Completed => "is completed",
        JobStage.Cancelled => "was cancelled",
        { } other => other.Word(),
    };

    /// <exception cref="InvalidDataException">Its result cannot be read.</exception>
    public static JobFolder At(string path) => new(path, JobResult.Read(path));

    /// <summary>
    /// The jobs in the folder of a run, in the order in which they stand for it: completed ones before all others, whatever became of those, and
    /// among either the newest first.
    /// </summary>
    public static IReadOnlyList<JobFolder> In(string run) =>
        [.. Folders(System.IO.Path.Combine(run, "jobs")).Select(At).OrderByDescending(job => job.IsCompleted).ThenByDescending(job => job.Submitted)];

    /// <summary>Full paths of the checkpoints that it trained, in no order; nothing in them is verified.</summary>
    public IReadOnlyList<string> All() =>
        [.. Folders(CheckpointFiles.Root(Path))
            .Where(folder => CheckpointRemains.FinalOf(folder) != CheckpointFiles.Start(Path) && IsCheckpoint(folder))];

    /// <summary>What a completed job left behind, and the best so far of any other; null when it says neither.</summary>
    public string? ResultOrBest() => Named(IsCompleted ? Result!.Checkpoint : null) ?? Named(JobCheckpoints.Best(Path));

    /// <summary>True when this job was submitted after the other.</summary>
    public bool IsNewerThan(JobFolder other) => Submitted.CompareTo(other.Submitted) > 0;

    /// <summary>The checkpoint that was trained longest; null before the first.</summary>
    public string? Newest() => CheckpointRanking.Newest(All(), CheckpointState.Read);

    public static bool IsCheckpoint(string folder) => File.Exists(System.IO.Path.Combine(folder, CheckpointFiles.Manifest));

    /// <summary>When it was submitted, as its name tells, which a copy of the folder keeps; else when the folder was made.</summary>
    private (string Time, int Number) Submitted => StampOfName().Match(Name) is { Success: true } stamp
        ? (stamp.Groups[1].Value, stamp.Groups[2].Success ? int.Parse(stamp.Groups[2].ValueSpan, CultureInfo.InvariantCulture) : 1)
        : (Directory.GetCreationTimeUtc(Path).ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture), 1);

    // Only a name counts: no file can point outside the job.
    private string? Named(string? checkpoint) =>
        checkpoint is not null
        && System.IO.Path.Combine(CheckpointFiles.Root(Path), System.IO.Path.GetFileName(checkpoint)) is var named && IsCheckpoint(named)
            ? named : null;

    // A folder that is being written or replaced has an ending of its own. One that a dead writer moved aside is there under no other name.
    private static IEnumerable<string> Folders(string folder) => Directory.Exists(folder)
        ? Directory.GetDirectories(folder).Where(found => !CheckpointRemains.Are(found) || CheckpointRemains.IsOnlyCopy(found)) : [];

    [GeneratedRegex(@"-(\d{8}-\d{6})(?:-(\d{1,9}))?$", RegexOptions.CultureInvariant)]
    private static partial Regex StampOfName();
}
