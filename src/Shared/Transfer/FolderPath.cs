namespace DistTrain.Shared.Transfer;

/// <summary>Paths within a job's folder, as they are asked for.</summary>
internal static class FolderPath
{
    /// <summary>What of a job's folder is served; everything else there is the coordinator's alone.</summary>
    private static readonly string[] Served = ["data", "tokenizer", "checkpoints"];

    /// <returns>The full path; null for one that is not served, or leads out of the folder.</returns>
    public static string? Find(string folder, string path)
    {
        var parts = path.Split('/');
        if (path.Contains('\0') || path.Contains('\\') || !Served.Contains(parts[0]) || parts.Any(part => part is "" or "." or "..")) return null;
        var full = Path.Combine([folder, .. parts]);
        return Path.GetFullPath(full) == full ? full : null;
    }
}
