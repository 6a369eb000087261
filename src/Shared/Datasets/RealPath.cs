namespace DistTrain.Shared.Datasets;

/// <summary>Where a path leads once every link on the way is followed.</summary>
public static class RealPath
{
    // As many as Linux follows.
    private const int MostLinks = 40;

    /// <param name="path">Absolute, or from the current folder. What is not there counts as no link.</param>
    /// <exception cref="IOException">Links lead in a circle, or cannot be read.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var reached = Path.GetPathRoot(full)!;
        var (ahead, links) = (new Stack<string>(), 0);
        Push(ahead, full);
        while (ahead.TryPop(out var part))
        {
            // As the system does it: what stands above is that of where the links before have led.
            if (part == "..") reached = Path.GetDirectoryName(reached) ?? reached;
            else if (new FileInfo(Path.Combine(reached, part)).LinkTarget is not { } target) reached = Path.Combine(reached, part);
            else if (++links > MostLinks) throw new IOException($"The links of '{path}' lead in a circle.");
            else
            {
                if (Path.IsPathRooted(target)) reached = Path.GetPathRoot(target)!;
                Push(ahead, target);
            }
        }
        return reached;
    }

    private static void Push(Stack<string> ahead, string path)
    {
        var parts = path[Path.GetPathRoot(path)!.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        foreach (var part in parts.Where(part => part != ".").Reverse()) ahead.Push(part);
    }
}
