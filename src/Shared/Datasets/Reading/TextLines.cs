using System.Text;
using System.Text.Unicode;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>One line of a text file.</summary>
/// <param name="Number">Counted from 1.</param>
internal readonly record struct TextLine(long Number, ReadOnlyMemory<byte> Bytes)
{
    /// <exception cref="BadRecordException">The bytes are not UTF-8.</exception>
    public string Text => Utf8.IsValid(Bytes.Span) ? Encoding.UTF8.GetString(Bytes.Span) : throw new BadRecordException(FirstBadByte(Bytes.Span));

    private static string FirstBadByte(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return $"Byte {at + 1} of the line (0x{bytes[at]:X2}) is not valid UTF-8.";
    }
}

/// <summary>
/// Reads text files, plain or (when the name ends in .gz) gzip, line by line. Lines end with LF or CR LF; the last one may do without.
/// A byte order mark at the file's beginning is skipped; no character begins a comment.
/// </summary>
internal static class TextLines
{
    /// <summary>A sentence is shorter; what is longer is no text.</summary>
    private const int LongestLine = 1 << 24;

    /// <summary>Text packs to a fifth, the same line again and again to a hundredth; what unpacks to far more, at any length, was made to keep its reader busy.</summary>
    private const long MostUnpacked = 400, FreeUnpacked = 64 << 20;

    private const byte LineFeed = (byte)'\n';
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The lines of a file. Each one's bytes are good only until the next is asked for.</summary>
    /// <exception cref="DataFormatException">The gzip data are damaged or hold hardly anything but repetition, or a line is longer than 16 MiB.</exception>
    public static IEnumerable<TextLine> Read(string file)
    {
        using var plain = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        using var stream = IsGzip(file) ? WholeGzipStream.Open(plain) : plain;
        var unpacked = 0L;
        var buffer = new byte[1 << 16];
        var (from, filled, scanned, number) = (0, 0, 0, 1L);
        while (true)
        {
            var end = buffer.AsSpan(scanned, filled - scanned).IndexOf(LineFeed);
            if (end >= 0)
            {
                end += scanned;
                yield return Line(buffer, from, end, number++);
                from = scanned = end + 1;
                continue;
            }
            if (filled - from > LongestLine)
                throw new DataFormatException(file, number, "The line is longer than 16 MiB.", "Give a text file with one record on each line.");
            buffer.AsSpan(from, filled - from).CopyTo(buffer);
            (from, filled) = (0, filled - from);
            scanned = filled;
            if (filled == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            var read = Fill(stream, buffer.AsSpan(filled), file, number);
            if (read == 0) break;
            filled += read;
            unpacked += read;
            if (unpacked > Math.Max(FreeUnpacked, MostUnpacked * plain.Position))
                throw new DataFormatException(file, number, $"The gzip data unpack to more than {MostUnpacked} times their size.", "Give a file of sentences, or unpack it.");
        }
        if (IsGzip(file)) filled = WithoutEndMark(buffer.AsSpan(0, filled), file, number);
        if (filled > 0) yield return Line(buffer, 0, filled, number);
    }

    private static TextLine Line(byte[] buffer, int from, int end, long number)
    {
        if (number == 1 && buffer.AsSpan(from, end - from).StartsWith(ByteOrderMark)) from += ByteOrderMark.Length;
        if (end > from && buffer[end - 1] == '\r') end--;
        return new TextLine(number, buffer.AsMemory(from, end - from));
    }

    private static int Fill(Stream stream, Span<byte> space, string file, long number)
    {
        try
        {
            return stream.Read(space);
        }
        catch (InvalidDataException)
        {
            throw DamagedGzip(file, number);
        }
    }

    private static int WithoutEndMark(ReadOnlySpan<byte> last, string file, long number) =>
        last.EndsWith(WholeGzipStream.EndMark) ? last.Length - WholeGzipStream.EndMark.Length : throw DamagedGzip(file, number);

    private static DataFormatException DamagedGzip(string file, long number) =>
        new(file, number, "The gzip data are damaged or cut off here or soon after.", "Pack the file or get it again.");

    private static bool IsGzip(string file) => file.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
}
