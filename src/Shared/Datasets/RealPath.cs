namespace DistTrain.Shared.Datasets;

/// <summary>Where a path leads once every link on the way is followed.</summary>
public static class RealPath
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <param name="path">Absolute, or from the current folder. What is not there counts as no link.</param>
    /// <exception cref="IOException">Links lead in a circle, or cannot be read.</exception>
    public static string Of(string path) => Follow(Path.GetFullPath(path), MostLinks);

    private static string Follow(string path, int linksLeft)
    {
        var root = Path.GetPathRoot(path)!;
        var reached = root;
        var parts = path[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            reached = Path.Combine(reached, parts[i]);
            if (new FileInfo(reached).LinkTarget is not { } target) continue;
            if (linksLeft == 0) throw new IOException($"The links of '{path}' lead in a circle.");
            var next = Path.GetFullPath(Path.Combine([Path.GetDirectoryName(reached)!, target, .. parts[(i + 1)..]]));
            return Follow(next, linksLeft - 1);
        }
        return reached;
    }
}
