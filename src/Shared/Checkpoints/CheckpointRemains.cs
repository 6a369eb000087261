using System.Globalization;
using System.Text.RegularExpressions;

namespace DistTrain.Shared.Checkpoints;

/// <summary>
/// The temporary names beside checkpoints, each of one writer alone: a checkpoint that is being written ends in <c>.tmp</c>, one that is being
/// replaced in <c>.old</c>. Before that stands the writer's generation, so that what a dead writer left behind is known from what a living one does.
/// </summary>
internal static partial class CheckpointRemains
{
    public static string Temporary(string folder, int? generation) => Name(folder, generation, "tmp");

    /// <summary>A temporary name of a checkpoint that nobody wants any more. The next writer removes what has it.</summary>
    public static string Dropped(string folder) => folder + ".dropped.tmp";

    /// <summary>Whether a folder has a temporary name.</summary>
    public static bool Are(string folder) => folder.EndsWith(".tmp", StringComparison.Ordinal) || folder.EndsWith(".old", StringComparison.Ordinal);

    public static string Replaced(string folder, int? generation) => Name(folder, generation, "old");

    /// <summary>Removes what writers of older generations left, and puts back a checkpoint that one of them had not yet replaced.</summary>
    /// <param name="target">The checkpoint that is about to be written; the folder that holds it may be missing.</param>
    /// <param name="generation">The writer's generation, before which all remains beside the target are dead. Null: it belongs to none, and only what
    /// such a writer of the same target left is removed.</param>
    public static void Remove(string target, int? generation)
    {
        var parent = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(parent)) return;
        foreach (var found in Directory.GetDirectories(parent))
        {
            var name = Remains().Match(Path.GetFileName(found));
            if (!name.Success) continue;
            var folder = Path.Combine(parent, name.Groups["folder"].Value);
            if (generation is null ? GenerationOf(name) > 0 || folder != target : GenerationOf(name) >= generation) continue;
            if (name.Groups["ending"].Value == "old" && !Directory.Exists(folder)) Directory.Move(found, folder);
            else Discard(found);
        }
    }

    /// <summary>Removes one of them.</summary>
    public static void Discard(string remains)
    {
        try
        {
            // Under a new name first: a writer that still lives can then no longer rename what is half removed.
            var away = Temporary(Path.Combine(Path.GetDirectoryName(remains)!, "removed"), null);
            Directory.Move(remains, away);
            Directory.Delete(away, recursive: true);
        }
        catch (IOException)
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
