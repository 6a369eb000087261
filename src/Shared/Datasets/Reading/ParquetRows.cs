using System.Buffers.Binary;
using System.Text.Json;
using DistTrain.Shared.Wire;
using Parquet;
using Parquet.Serialization;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Reads a Parquet file row by row, a row group at a time, as the JSON objects that a file of JSON lines would hold.</summary>
internal static class ParquetRows
{
    /// <summary>Bytes of a footer's length and of the mark behind it.</summary>
    private const int FooterEnd = 8;

    // JSON has no word for what is no finite number: it is as good as missing, where it is asked for.
    private static readonly JsonSerializerOptions Json = new() { Converters = { new FiniteOrNull() } };

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>The records of a file without the bad ones, which are reported with the number of their row, counted from 1.</summary>
    /// <param name="parse">Null for a row that holds no record.</param>
    /// <exception cref="DataFormatException">It is not a whole Parquet file.</exception>
    public static IEnumerable<T> Read<T>(string file, BadRecords bad, Func<JsonElement, T?> parse)
        where T : class
    {
        var number = 0L;
        // The library reads asynchronously; data sets are read from start to end by a thread that has nothing else to do.
        foreach (var row in Rows(file).ToBlockingEnumerable())
            if (Records.Parse(file, ++number, bad, () => parse(row)) is { } record) yield return record;
    }

    private static async IAsyncEnumerable<JsonElement> Rows(string file)
    {
        await using var stream = File.OpenRead(file);
        RequireFooter(file, stream);
        var groups = await Whole(file, () => RowGroups(stream));
        for (var group = 0; group < groups; group++)
            foreach (var row in (await Whole(file, () => ParquetSerializer.DeserializeUntypedAsync(stream, rowGroupIndex: group))).Data)
                yield return JsonSerializer.SerializeToElement(row, Json);
    }

    // The library takes memory for as long a footer as the file tells of.
    private static void RequireFooter(string file, FileStream stream)
    {
        Span<byte> end = stackalloc byte[FooterEnd];
        if (stream.Length >= FooterEnd + Magic.Length)
        {
            stream.Seek(-FooterEnd, SeekOrigin.End);
            stream.ReadExactly(end);
            stream.Seek(0, SeekOrigin.Begin);
            if (end[sizeof(int)..].SequenceEqual(Magic) && BinaryPrimitives.ReadInt32LittleEndian(end) is > 0 and var length && length <= stream.Length - FooterEnd - Magic.Length) return;
        }
        throw new DataFormatException(file, 0, "This is not a whole Parquet file: it does not end with a footer that lies within it.", "Write or copy it again.");
    }

    private static async Task<int> RowGroups(Stream stream)
    {
        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true);
        return reader.RowGroupCount;
    }

    private static async Task<T> Whole<T>(string file, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or UnauthorizedAccessException))
        {
            throw new DataFormatException(file, 0, $"This is not a whole Parquet file: {failure.Message.TrimEnd('.')}.", "Write or copy it again.");
        }
    }
}
