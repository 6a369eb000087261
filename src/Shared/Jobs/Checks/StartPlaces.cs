using System.Text.RegularExpressions;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Jobs.Checks;

/// <summary>Where a job's start and data are looked for, and where they may lie.</summary>
/// <param name="DataRoot">Full path of the folder that relative paths start from.</param>
/// <param name="State">The coordinator's state folder, by the job's name: where relative paths of a start begin otherwise, and ids of jobs; null:
/// nowhere else.</param>
/// <param name="Allowed">Where data must lie, and a start that does not lie in the state folder; null: anywhere. Of what lies elsewhere nothing is
/// told, not even whether it is there.</param>
public sealed partial record StartPlaces(string DataRoot, Func<string, string>? State = null, DataRoots? Allowed = null)
{
    /// <summary>Whether the id of a job that is not found here may be one of another coordinator.</summary>
    /// <value>Default: false.</value>
    public bool OthersJobs { get; init; }

    /// <summary>Whether a start names a job, or a checkpoint of one, that only another coordinator can know.</summary>
    public bool IsOfOthers(string checkpoint, string job) =>
        OthersJobs && IdOfAJob().IsMatch(checkpoint) && !Folders(checkpoint, State?.Invoke(job)).Any(Directory.Exists);

    /// <param name="checkpoint">As a job file or a person says it.</param>
    /// <returns>Full path of the checkpoint that is chosen; else why there is none, as the end of a sentence.</returns>
    public (string? Folder, string Because) Find(string checkpoint, string job)
    {
        try
        {
            var state = State?.Invoke(job);
            var allowed = state is null ? Allowed : Allowed?.And(state);
            var all = Folders(checkpoint, state);
            if (all.FirstOrDefault(folder => allowed?.Refusal(folder) is null && Directory.Exists(folder)) is not { } folder)
                return (null, all.Select(each => allowed?.Refusal(each)).FirstOrDefault(refusal => refusal is not null)
                    ?? $"but there is no folder {string.Join(" or ", all)}. Name the folder of a checkpoint or of a run, or the id of a job of " +
                    "this coordinator.");
            var found = CheckpointLocation.Find(folder, tell: null);
            // Each file may be a link, and what is found in a run may lie elsewhere.
            return Directory.GetFiles(found).Select(file => allowed?.Refusal(file)).FirstOrDefault(refusal => refusal is not null) is { } outside
                ? (null, outside) : (found, "");
        }
        catch (Exception failure) when (failure is NoCheckpointException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return (null, $"but no checkpoint can be taken from there. {failure.Message}");
        }
    }

    // A name, and the time at which it was submitted.
    [GeneratedRegex(@"^[a-z0-9-]+-\d{8}-\d{6}(-\d+)?(/checkpoints/[a-z0-9-]+)?/?$")]
    private static partial Regex IdOfAJob();

    private List<string> Folders(string checkpoint, string? state)
    {
        List<string> from = [DataRoot];
        if (state is not null) from.AddRange([state, Path.Combine(state, "jobs")]);
        // No path holds a null character; one that is written out names nothing, which is then said.
        return [.. from.Select(folder => Path.GetFullPath(Path.Combine(folder, checkpoint.Replace("\0", "\\0", StringComparison.Ordinal))))
            .Distinct()];
    }
}
