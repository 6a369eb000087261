using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Reporting;

/// <summary>Whether an assignment names files of its job alone: a worker reads and writes nowhere else.</summary>
internal static class AssignedFolders
{
    private const string Jobs = "jobs";

    /// <returns>Why the assignment is refused, as a sentence; null when it is not.</returns>
    public static string? Refusal(TrainingProtocol.StartGeneration start)
    {
        var folder = start.RunFolder;
        if (!IsPlain(folder) || Path.GetFileName(folder) != start.Job.Value || Path.GetFileName(Path.GetDirectoryName(folder)) != Jobs)
            return $"'{folder}' is no folder of job {start.Job}, which is {Jobs}/{start.Job} in a state folder.";
        return Named(start)
            .FirstOrDefault(path => !IsPlain(path) || !path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal)) is { } outside
            ? $"'{outside}' does not lie in the job's folder '{folder}'."
            : null;
    }

    private static IEnumerable<string> Named(TrainingProtocol.StartGeneration start) =>
        [
            start.Data.TokenizerFolder,
            .. new[] { start.ResumeFrom, start.PhaseStart }.OfType<string>(),
            .. start.Data.Phases.SelectMany(phase => phase.Stores()).Select(store => store.Path),
        ];

    // Written as it is reached: full, and without .. on the way.
    private static bool IsPlain(string path) => !path.Contains('\0') && Path.IsPathFullyQualified(path) && Path.GetFullPath(path) == path;
}
