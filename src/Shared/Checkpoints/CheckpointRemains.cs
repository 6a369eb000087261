using System.Globalization;
using System.Text.RegularExpressions;

namespace DistTrain.Shared.Checkpoints;

/// <summary>
/// The temporary names beside checkpoints, each of one writer alone: a checkpoint that is being written ends in <c>.tmp</c>, one that is being
/// replaced in <c>.old</c>. Before that stands the writer's generation, so that what a dead writer left behind is known from what a living one does.
/// </summary>
internal static partial class CheckpointRemains
{
    /// <summary>A name for what is written, or is not wanted any more: the next writer removes what has it and is no newer generation's.</summary>
    public static string Temporary(string folder, int? generation) => Name(folder, generation, "tmp");

    /// <summary>Whether a folder has a temporary name.</summary>
    public static bool Are(string folder) => folder.EndsWith(".tmp", StringComparison.Ordinal) || folder.EndsWith(".old", StringComparison.Ordinal);

    /// <summary>
    /// Whether a folder is a checkpoint that a writer has moved aside and not replaced: it died before, or is about to. Nothing else has its content.
    /// </summary>
    public static bool IsOnlyCopy(string folder) => folder.EndsWith(".old", StringComparison.Ordinal) && !Directory.Exists(FinalOf(folder));

    /// <summary>The checkpoint that a temporary name was made from; the folder itself where it has none.</summary>
    public static string FinalOf(string folder) => Remains().Match(Path.GetFileName(folder)) is { Success: true } name
        ? Path.Combine(Path.GetDirectoryName(folder)!, name.Groups["folder"].Value) : folder;

    public static string Replaced(string folder, int? generation) => Name(folder, generation, "old");

    /// <summary>Removes what writers of older generations left, and puts back a checkpoint that one of them had not yet replaced.</summary>
    /// <param name="target">The checkpoint that is about to be written; the folder that holds it may be missing.</param>
    /// <param name="generation">The writer's generation, before which all remains beside the target are dead. Null: it belongs to none, and only what
    /// such a writer of the same target left is removed.</param>
    public static void Remove(string target, int? generation, CheckpointDisk disk)
    {
        var parent = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(parent)) return;
        // What is being written goes first: its writer may be alive, and could still put it in place of what is put back.
        foreach (var found in Directory.GetDirectories(parent).OrderByDescending(Path.GetExtension, StringComparer.Ordinal))
        {
            var name = Remains().Match(Path.GetFileName(found));
            if (!name.Success) continue;
            var folder = FinalOf(found);
            if (generation is null ? GenerationOf(name) > 0 || folder != target : GenerationOf(name) >= generation) continue;
            if (IsOnlyCopy(found)) disk.Move(found, folder);
            else Discard(found, disk);
        }
    }

    /// <summary>Removes one of them.</summary>
    public static void Discard(string remains, CheckpointDisk disk)
    {
        try
        {
            // Under a new name first: a writer that still lives can then no longer rename what is half removed.
            var away = Temporary(FinalOf(remains), null);
            disk.Move(remains, away);
            disk.Remove(away);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its writer was faster, or a file of it is still open on a network file system: what is left is removed with the next checkpoint.
        }
    }

    private static string Name(string folder, int? generation, string ending) =>
        string.Create(CultureInfo.InvariantCulture, $"{folder}.g{generation ?? 0}-{Guid.NewGuid().ToString("N")[..8]}.{ending}");

    // Earlier versions wrote no generation.
    private static int GenerationOf(Match name) =>
        int.TryParse(name.Groups["generation"].Value, CultureInfo.InvariantCulture, out var generation) ? generation : 0;

    [GeneratedRegex(@"^(?<folder>.+?)(\.g(?<generation>\d+)-[0-9a-f]{8})?\.(?<ending>tmp|old)$")]
    private static partial Regex Remains();
}
