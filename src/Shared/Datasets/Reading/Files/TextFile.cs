using DistTrain.Shared.Datasets.Reading.Packing;

namespace DistTrain.Shared.Datasets.Reading.Files;

/// <summary>Text files that hold one sentence on each line, plain or packed.</summary>
public static class TextFile
{
    /// <summary>Whether a file's name says that it is packed, in a way that is read or in another.</summary>
    public static bool IsPacked(string file) =>
        PackedFile.Otherwise(file) is not null || PackedFile.Endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    /// <summary>The lines, as they are asked for; empty ones too.</summary>
    /// <param name="file">Packed with gzip or zstd when the name ends in .gz or .zst; a pipe will do. Strict UTF-8, with or without a byte order
    /// mark, with LF or CR LF.</param>
    /// <exception cref="DataFormatException">A line is not UTF-8, or packed data are damaged; the message names the line.</exception>
    public static IEnumerable<string> Lines(string file) => Records.Read(file, new BadRecords(tolerated: 0, BadRecords.Correctable), line => line);
}
