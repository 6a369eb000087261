using System.Buffers.Binary;
using System.IO.Compression;
using System.Numerics;
using System.Text.Json.Nodes;
using Parquet.Meta;
using Snappier;
using Encoding = System.Text.Encoding;

namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>Reads texts inside lists from data pages of version 2, which Parquet.Net 6 leaves out.</summary>
/// <remarks>
/// Such a page is a header (Thrift), the repetition and the definition levels, never compressed, and the values, plain or as places in the chunk's
/// dictionary (the Parquet format's specification, "Data Pages", "RLE/Bit-Packing Hybrid" and "Encodings").
/// </remarks>
internal static class PagesOfLists
{
    private const int DictionaryPage = 2, DataPageV2 = 3, Plain = 0, PlainDictionary = 2, RleDictionary = 8;

    /// <summary>Bytes that a page may unpack to: writers make pages of about 1 MiB.</summary>
    private const int LargestPage = 1 << 28;

    /// <exception cref="NotSupportedException">Pages, encodings or compression are of another kind.</exception>
    public static LeafValues Read(Stream stream, ColumnMetaData column, int mostDefined, int mostRepeated)
    {
        stream.Seek(column.DictionaryPageOffset is > 0 and var dictionary
            ? Math.Min(dictionary, column.DataPageOffset) : column.DataPageOffset, SeekOrigin.Begin);
        var chunk = new byte[Math.Min(column.TotalCompressedSize, stream.Length - stream.Position)];
        stream.ReadExactly(chunk);
        var (texts, known, defined, repeated) = (new List<string>(), new List<string>(), new List<int>(), new List<int>());
        for (var at = 0; defined.Count < column.NumValues;)
        {
            var header = CompactFields.Read(chunk, ref at);
            var (size, packed) = (header.Number(2), header.Number(3));
            var page = chunk.AsSpan(at, packed);
            at += packed;
            if (header.Number(1) == DictionaryPage) known = Texts(Unpacked(page, size, column.Codec), header.Structure(7)!.Number(1));
            else if (header.Number(1) == DataPageV2) Add(page, size, header.Structure(8)!);
            else throw new NotSupportedException("A page is of version 1.");
        }
        return new(index => JsonValue.Create(texts[index]), [.. defined], [.. repeated]);

        void Add(ReadOnlySpan<byte> page, int size, CompactFields header)
        {
            var (count, encoding, ofDefined, ofRepeated) = (header.Number(1), header.Number(4), header.Number(5), header.Number(6));
            if (count < 0 || count > column.NumValues - defined.Count)
                throw new InvalidDataException("A page tells of more values than its column has.");
            repeated.AddRange(Numbers(page[..ofRepeated], Width(mostRepeated), count));
            var levels = Numbers(page.Slice(ofRepeated, ofDefined), Width(mostDefined), count);
            defined.AddRange(levels);
            var filled = levels.Count(level => level == mostDefined);
            var body = page[(ofRepeated + ofDefined)..];
            var values = header.Number(7, otherwise: 1) == 1 ? Unpacked(body, size - ofRepeated - ofDefined, column.Codec) : body;
            if (encoding == Plain) texts.AddRange(Texts(values, filled));
            else if (encoding is not (PlainDictionary or RleDictionary)) throw new NotSupportedException($"Encoding {encoding} is not known.");
            else if (filled > 0) texts.AddRange(Numbers(values[1..], values[0], filled).Select(place => known[place]));
        }
    }

    private static int Width(int most) => 32 - BitOperations.LeadingZeroCount((uint)most);

    private static List<string> Texts(ReadOnlySpan<byte> bytes, int count)
    {
        var texts = new List<string>();
        for (var at = 0; texts.Count < count;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
            texts.Add(Encoding.UTF8.GetString(bytes.Slice(at + sizeof(int), length)));
            at += sizeof(int) + length;
        }
        return texts;
    }

    /// <summary>Runs of one number, and groups of eight that are packed bit by bit.</summary>
    private static int[] Numbers(ReadOnlySpan<byte> bytes, int width, int count)
    {
        var numbers = new int[count];
        for (var (at, filled) = (0, 0); filled < count && width > 0;)
        {
            var header = CompactFields.Unsigned(bytes, ref at);
            var (length, isPacked) = ((int)Math.Min(header >> 1, count), (header & 1) == 1);
            for (var i = 0; i < (isPacked ? 8L * length : length) && filled < count; i++)
                numbers[filled++] = Bits(bytes[at..], isPacked ? i * width : 0, width);
            at += isPacked ? length * width : (width + 7) / 8;
        }
        return numbers;
    }

    private static int Bits(ReadOnlySpan<byte> bytes, int from, int width)
    {
        var number = 0;
        for (var bit = 0; bit < width; bit++) number |= (bytes[(from + bit) >> 3] >> ((from + bit) & 7) & 1) << bit;
        return number;
    }

    private static ReadOnlySpan<byte> Unpacked(ReadOnlySpan<byte> bytes, int size, CompressionCodec codec)
    {
        if (codec == CompressionCodec.UNCOMPRESSED || size == 0) return bytes;
        if (size is < 0 or > LargestPage) throw new InvalidDataException("A page tells of more bytes than a page has.");
        var unpacked = new byte[size];
        if (codec == CompressionCodec.SNAPPY) Snappy.Decompress(bytes, unpacked);
        else if (codec == CompressionCodec.ZSTD) using (var zstd = new ZstdSharp.Decompressor()) zstd.Unwrap(bytes, unpacked);
        else if (codec == CompressionCodec.GZIP)
        using (var gzip = new GZipStream(new MemoryStream(bytes.ToArray()), CompressionMode.Decompress)) gzip.ReadExactly(unpacked);
        else throw new NotSupportedException($"Compression {codec} is not known.");
        return unpacked;
    }
}
