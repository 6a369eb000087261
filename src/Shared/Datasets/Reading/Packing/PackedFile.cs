namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>A file that is read from start to end, once, and unpacked meanwhile when its name says that it is packed: <c>.gz</c> or <c>.zst</c>. A pipe will do.</summary>
internal sealed class PackedFile : IDisposable
{
    /// <summary>Endings of packed files.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".gz", ".zst"];

    private const int Unbuffered = 1;
    private readonly CountedStream _file;

    private PackedFile(CountedStream file, Stream content) => (_file, Content) = (file, content);

    /// <summary>What the file holds, unpacked. Reading throws <see cref="InvalidDataException"/> where packed data are damaged or cut off.</summary>
    public Stream Content { get; }

    /// <summary>Bytes that were read from the file itself so far.</summary>
    public long Read => _file.Count;

    /// <summary>How the file is packed, in words; null when it is not.</summary>
    public string? Packing => Content switch { WholeGzipStream => "gzip", WholeZstdStream => "zstd", _ => null };

    public static PackedFile Open(string name)
    {
        var file = new CountedStream(new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, Unbuffered));
        return new(file, Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".gz" => new WholeGzipStream(file),
            ".zst" => new WholeZstdStream(file),
            _ => file,
        });
    }

    /// <summary>A file's name without the ending that says how it is packed.</summary>
    public static string Plain(string name) =>
        Endings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } ending ? name[..^ending.Length] : name;

    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
    }
}
