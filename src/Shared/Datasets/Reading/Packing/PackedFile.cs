namespace DistTrain.Shared.Datasets.Reading.Packing;

/// <summary>
/// A file that is read from start to end, once, and unpacked meanwhile when its name says that it is packed: <c>.gz</c> or <c>.zst</c>. A pipe will
/// do.
/// </summary>
internal sealed class PackedFile : IDisposable
{
    /// <summary>Endings of packed files.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".gz", ".zst"];

    /// <summary>What to do with a file that is packed otherwise.</summary>
    public const string Instead = "Unpack it, or pack it with gzip (.gz) or zstd (.zst) instead.";

    /// <summary>Endings of files that others pack, which are not read.</summary>
    private static readonly Dictionary<string, string> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        [".xz"] = "xz", [".bz2"] = "bzip2", [".lz4"] = "lz4", [".lzma"] = "lzma", [".zip"] = "zip", [".7z"] = "7-Zip",
    };

    private const int Unbuffered = 1;
    private readonly CountedStream _file;

    private PackedFile(CountedStream file, Stream content) => (_file, Content) = (file, content);

    /// <summary>What the file holds, unpacked. Reading throws <see cref="InvalidDataException"/> where packed data are damaged or cut off.</summary>
    public Stream Content { get; }

    /// <summary>Bytes that were read from the file itself so far.</summary>
    public long Read => _file.Count;

    /// <summary>How the file is packed, in words; null when it is not.</summary>
    public string? Packing => Content switch { WholeGzipStream => "gzip", WholeZstdStream => "zstd", _ => null };

    /// <exception cref="DataFormatException">It is packed otherwise.</exception>
    public static PackedFile Open(string name)
    {
        if (File.Exists(name) && Refusal(name) is { } refusal) throw refusal;
        var file = new CountedStream(new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, Unbuffered));
        return new(file, Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".gz" => new WholeGzipStream(file),
            ".zst" => new WholeZstdStream(file),
            _ => file,
        });
    }

    /// <summary>What a file is packed with, told from its name, that is not read; null for any other.</summary>
    public static string? Otherwise(string name) => Others.GetValueOrDefault(Path.GetExtension(name));

    /// <summary>What is said of a file that is packed otherwise; null for any other.</summary>
    public static DataFormatException? Refusal(string name) => Otherwise(name) is { } packer
        ? new(name, 0, $"This is packed with {packer}, which is not read.", Instead) : null;

    /// <summary>The file that is there when a name's file is not: the same, packed otherwise.</summary>
    public static string? FoundOtherwise(string name) => Others.Keys.Select(ending => name + ending).FirstOrDefault(File.Exists);

    /// <summary>A file's name without the ending that says how it is packed.</summary>
    public static string Plain(string name) =>
        Endings.FirstOrDefault(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase)) is { } ending ? name[..^ending.Length] : name;

    public void Dispose()
    {
        Content.Dispose();
        _file.Dispose();
    }
}
