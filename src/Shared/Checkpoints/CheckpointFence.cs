using System.Globalization;

namespace DistTrain.Shared.Checkpoints;

/// <summary>
/// Keeps the writers of generations that were given up from finishing: an empty file beside a job's checkpoints, <c>generation-N</c>, says that
/// generation N has begun. Its number is in its name, since making a file is one step that no late writer can undo.
/// </summary>
internal static class CheckpointFence
{
    private const string Prefix = "generation-";

    /// <summary>Says that a generation has begun.</summary>
    /// <param name="folder">The checkpoint that is to be written, or any other beside it.</param>
    /// <exception cref="CheckpointSupersededException">A newer one has.</exception>
    public static void Raise(string folder, int generation, CheckpointDisk disk)
    {
        Check(folder, generation);
        var parent = Path.GetDirectoryName(folder)!;
        if (Begun(parent).Contains(generation)) return;
        disk.CreateFile(FileOf(parent, generation));
        foreach (var older in Begun(parent).Where(older => older < generation)) disk.RemoveFile(FileOf(parent, older));
    }

    /// <summary>
    /// Asked by a writer when its temporary folder is there. Whoever raises the fence after that removes the folder, and one that was raised before
    /// is seen here: nothing slips through.
    /// </summary>
    /// <exception cref="CheckpointSupersededException">A newer generation has begun.</exception>
    public static void Check(string folder, int generation)
    {
        var parent = Path.GetDirectoryName(folder)!;
        if (Begun(parent).DefaultIfEmpty().Max() is var newest && newest > generation)
            throw new CheckpointSupersededException(folder, newest,
                $"has begun. Where the journal was restored from an older copy, remove '{FileOf(parent, newest)}'");
    }

    private static string FileOf(string parent, int generation) =>
        Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{generation}"));

    private static List<int> Begun(string parent) =>
        [.. Directory.GetFiles(parent, Prefix + "*")
            .Select(file => int.TryParse(Path.GetFileName(file.AsSpan())[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture,
                out var generation) ? generation : 0)
            .Where(generation => generation > 0)];
}
