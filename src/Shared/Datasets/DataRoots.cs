namespace DistTrain.Shared.Datasets;

/// <summary>
/// The folders that jobs may name files of. Whoever can submit a job could otherwise have any file read that the coordinator's user
/// can read. Links are followed before a path is judged.
/// </summary>
public sealed class DataRoots
{
    private readonly IReadOnlyList<string> _folders;

    /// <param name="folders">The data folder first, then what is allowed beside it.</param>
    /// <exception cref="IOException">The links of one lead in a circle.</exception>
    public DataRoots(params IEnumerable<string> folders) => _folders = [.. folders.Select(RealPath.Of)];

    /// <summary>These folders and one more.</summary>
    /// <exception cref="IOException">Its links lead in a circle.</exception>
    public DataRoots And(string folder) => new([.. _folders, folder]);

    /// <summary>Whether a file or folder lies in one of the folders, wherever its links lead.</summary>
    /// <exception cref="IOException">Its links lead in a circle.</exception>
    public bool Hold(string path)
    {
        var real = RealPath.Of(path);
        return _folders.Any(folder => real == folder
            || real.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            || folder == Path.GetPathRoot(folder));
    }

    /// <summary>
    /// Why a path is refused and what to do about it, as the end of a sentence; null when it lies in one of the folders. Where the links of one that
    /// is refused lead, and whether it is there, is not told: whoever submits a job could read links anywhere.
    /// </summary>
    public string? Refusal(string path)
    {
        try
        {
            if (Hold(path)) return null;
        }
        catch (IOException)
        {
            // Links in a circle, which may be those of any folder: one sentence stands for all that is refused.
        }
        return $"which lies, or leads, outside of the coordinator's data folder {_folders[0]}, or in a circle. Put it below that folder, or start " +
            "the coordinator with --data-allow DIR for the folder it lies in.";
    }
}
