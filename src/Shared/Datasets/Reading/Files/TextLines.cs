using System.Text;
using System.Text.Unicode;
using DistTrain.Shared.Datasets.Reading.Packing;

namespace DistTrain.Shared.Datasets.Reading.Files;

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
/// Reads text files, plain or packed (see <see cref="PackedFile"/>), line by line. Lines end with LF or CR LF, with nothing else; the last one may do
/// without. A byte order mark at the file's beginning is skipped; no character begins a comment.
/// </summary>
internal static class TextLines
{
    /// <summary>A sentence is shorter; what is longer is no text.</summary>
    private const int LongestLine = 1 << 24;

    /// <summary>
    /// Text packs to a fifth, the same line again and again to a hundredth; what unpacks to far more, at any length, was made to keep its reader
    /// busy.
    /// </summary>
    private const long MostUnpacked = 400, FreeUnpacked = 64 << 20;

    private const byte LineFeed = (byte)'\n';
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>The lines of a file. Each one's bytes are good only until the next is asked for.</summary>
    /// <exception cref="DataFormatException">The packed data are damaged or hold hardly anything but repetition, or a line is longer than 16
    /// MiB.</exception>
    public static IEnumerable<TextLine> Read(string name)
    {
        using var file = PackedFile.Open(name);
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
                throw new DataFormatException(name, number, "The line is longer than 16 MiB.", "Give a text file with one record on each line.");
            buffer.AsSpan(from, filled - from).CopyTo(buffer);
            (from, filled) = (0, filled - from);
            scanned = filled;
            if (filled == buffer.Length) Array.Resize(ref buffer, 2 * buffer.Length);
            var read = Fill(file, buffer.AsSpan(filled), name, number);
            if (read == 0) break;
            filled += read;
            unpacked += read;
            if (unpacked > Math.Max(FreeUnpacked, MostUnpacked * file.Read))
                throw new DataFormatException(name, number, $"The {file.Packing} data unpack to more than {MostUnpacked} times their size.",
                    "Give a file of sentences, or unpack it.");
        }
        if (filled > 0) yield return Line(buffer, 0, filled, number);
    }

    private static TextLine Line(byte[] buffer, int from, int end, long number)
    {
        if (number == 1 && buffer.AsSpan(from, end - from).StartsWith(ByteOrderMark)) from += ByteOrderMark.Length;
        if (end > from && buffer[end - 1] == '\r') end--;
        return new TextLine(number, buffer.AsMemory(from, end - from));
    }

    private static int Fill(PackedFile file, Span<byte> space, string name, long number)
    {
        try
        {
            return file.Content.Read(space);
        }
        catch (InvalidDataException)
        {
            throw new DataFormatException(name, number, $"The {file.Packing} data are damaged or cut off here or soon after.",
                "Pack the file or get it again.");
        }
    }
}
