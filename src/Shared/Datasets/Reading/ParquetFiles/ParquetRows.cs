using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Shared.Datasets.Reading.Files;
using Parquet;

namespace DistTrain.Shared.Datasets.Reading.ParquetFiles;

/// <summary>
/// Reads the columns of a Parquet file that a data set needs, a row group at a time, as the JSON objects that a file of JSON lines would hold.
/// </summary>
internal static class ParquetRows
{
    /// <summary>Bytes of a footer's length and of the mark behind it.</summary>
    private const int FooterEnd = 8;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>The records of a file without the bad ones, which are reported with the number of their row, counted from 1.</summary>
    /// <param name="parse">Null for a row that holds no record. A column that is chosen by its number is in the row under that number.</param>
    /// <exception cref="DataFormatException">It is not a whole Parquet file, a column is not there, or one cannot be read.</exception>
    public static IEnumerable<T> Read<T>(string file, ParquetColumns columns, BadRecords bad, Func<JsonElement, T?> parse)
        where T : class
    {
        var number = 0L;
        // The library reads asynchronously; data sets are read from start to end by a thread that has nothing else to do.
        foreach (var row in Rows(file, columns, bad).ToBlockingEnumerable())
            if (Records.Parse(file, ++number, bad, () => parse(row)) is { } record) yield return record;
    }

    private static async IAsyncEnumerable<JsonElement> Rows(string file, ParquetColumns columns, BadRecords bad)
    {
        Packing.RegularFile.Require(file, "Parquet is read from its end");
        await using var stream = File.OpenRead(file);
        RequireFooter(file, stream);
        await using var reader = await Whole(file,
            () => ParquetReader.CreateAsync(stream, new ParquetOptions { TreatByteArrayAsString = true }, leaveStreamOpen: true));
        var projection = await Whole(file,
            () => Task.FromResult(
                ParquetProjection.Of(file, ParquetNode.Of(reader.Metadata!.Schema, reader.Schema.DataFields), columns, bad.IsOfJob)));
        var isFirst = true;
        for (var index = 0; index < reader.RowGroupCount; index++)
        {
            using var group = reader.OpenRowGroupReader(index);
            List<ParquetLeaf> leaves = [];
            foreach (var path in projection.Paths) leaves.Add(await ParquetLeaf.Read(file, stream, group, path));
            for (var row = 0L; row < group.RowCount; row++)
            {
                var element = Row(file, leaves);
                if (isFirst) bad.Note(projection.Words(element));
                isFirst = false;
                yield return element;
            }
        }
    }

    private static JsonElement Row(string file, List<ParquetLeaf> leaves)
    {
        var record = new JsonObject();
        try
        {
            foreach (var leaf in leaves) leaf.AddRow(record);
        }
        catch (Exception mismatch) when (mismatch is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw new DataFormatException(file, 0,
                "This is not a whole Parquet file: it has other values than its levels and its number of rows tell of.", "Write or copy it again.");
        }
        return JsonSerializer.SerializeToElement(record);
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
            if (end[sizeof(int)..].SequenceEqual(Magic) && BinaryPrimitives.ReadInt32LittleEndian(end) is > 0 and var length
                && length <= stream.Length - FooterEnd - Magic.Length) return;
        }
        throw new DataFormatException(file, 0, "This is not a whole Parquet file: it does not end with a footer that lies within it.",
            "Write or copy it again.");
    }

    private static async Task<T> Whole<T>(string file, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or UnauthorizedAccessException or DataFormatException))
        {
            throw new DataFormatException(file, 0, DamagedParquet.Words(failure), "Write or copy it again.");
        }
    }
}
