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
        Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Where(name => name != CheckpointFiles.Manifest).Order(StringComparer.Ordinal)
            .ToDictionary(name => name, name => Describe(Path.Combine(folder, name))));

    /// <summary>The manifest of a checkpoint's folder.</summary>
    /// <exception cref="CheckpointDamagedException">It is missing or cannot be read.</exception>
    public static CheckpointManifest Read(string folder) => CheckpointJson.Read<CheckpointManifest>(folder, CheckpointFiles.Manifest);

    /// <summary>Compares the files of a folder with the manifest.</summary>
    /// <exception cref="CheckpointDamagedException">A file is missing, or not what was written.</exception>
    public void Verify(string folder)
    {
        foreach (var (name, written) in Files)
        {
            // A name is a name: a manifest that someone edited must not make anyone read outside the folder.
            var file = Path.Combine(folder, Path.GetFileName(name));
            if (!File.Exists(file)) throw new CheckpointDamagedException(file, "is missing");
            var length = new FileInfo(file).Length;
            if (length != written.Length) throw new CheckpointDamagedException(file, $"has {length} bytes, but {written.Length} were written");
            if (Describe(file).XxHash128 != written.XxHash128) throw new CheckpointDamagedException(file, "does not have the content that was written");
        }
    }

    private static Entry Describe(string file)
    {
        using var stream = File.OpenRead(file);
        var hash = new XxHash128();
        hash.Append(stream);
        return new Entry(stream.Length, Convert.ToHexStringLower(hash.GetCurrentHash()));
    }
}
