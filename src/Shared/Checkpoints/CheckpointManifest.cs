using System.IO.Hashing;

namespace DistTrain.Shared.Checkpoints;

/// <summary>Length and hash of each file of a checkpoint.</summary>
public sealed record CheckpointManifest(IReadOnlyDictionary<string, CheckpointManifest.Entry> Files)
{
    /// <param name="Length">Bytes.</param>
    /// <param name="XxHash128">Hash of the content, hexadecimal.</param>
    public sealed record Entry(long Length, string XxHash128);

    /// <summary>Describes the files of a folder as they are.</summary>
    public static CheckpointManifest Of(string folder) => new(
        Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Where(name => name != CheckpointFiles.Manifest)
            .Order(StringComparer.Ordinal)
            .ToDictionary(name => name, name => Describe(Path.Combine(folder, name))));

    /// <summary>The manifest of a checkpoint's folder.</summary>
    /// <exception cref="CheckpointDamagedException">It is missing, cannot be read, or lists no files by their names.</exception>
    public static CheckpointManifest Read(string folder)
    {
        var manifest = CheckpointJson.Read<CheckpointManifest>(folder, CheckpointFiles.Manifest);
        return manifest.Files is { Count: > 0 } files && files.All(file => IsName(file.Key) && file.Value is { Length: >= 0, XxHash128: not null })
            ? manifest
            : throw new CheckpointDamagedException(Path.Combine(folder, CheckpointFiles.Manifest),
                "does not list the checkpoint's files, each with length and hash");
    }

    /// <summary>Compares the files of a folder with the manifest.</summary>
    /// <param name="but">A file that nobody is about to read, so that it need not be there; null for none.</param>
    /// <exception cref="CheckpointDamagedException">A file is missing, or not what was written.</exception>
    public void Verify(string folder, string? but = null)
    {
        foreach (var (name, written) in Files.Where(file => file.Key != but))
        {
            var file = Path.Combine(folder, name);
            if (!File.Exists(file)) throw new CheckpointDamagedException(file, "is missing");
            var length = new FileInfo(file).Length;
            if (length != written.Length) throw new CheckpointDamagedException(file, $"has {length} bytes, but {written.Length} were written");
            if (HashOf(file, written.Length) != written.XxHash128)
                throw new CheckpointDamagedException(file, "does not have the content that was written");
        }
    }

    // A name is a name: a manifest that someone edited must not make anyone read outside the folder.
    private static bool IsName(string name) => name.Length > 0 && name == Path.GetFileName(name) && name is not ("." or "..") && !name.Contains('\0');

    private static Entry Describe(string file)
    {
        var length = new FileInfo(file).Length;
        return new Entry(length, HashOf(file, length));
    }

    // To the length and no further: a link may lead to a device that never ends.
    private static string HashOf(string file, long length)
    {
        using var stream = File.OpenRead(file);
        var hash = new XxHash128();
        var buffer = new byte[1 << 20];
        for (var left = length; left > 0;)
        {
            var read = stream.Read(buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
            if (read == 0) break;
            hash.Append(buffer.AsSpan(0, read));
            left -= read;
        }
        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }
}
