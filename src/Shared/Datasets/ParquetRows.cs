using System.Text.Json;
using Parquet;
using Parquet.Serialization;

namespace DistTrain.Shared.Datasets;

/// <summary>Reads a Parquet file row by row, a row group at a time, as the JSON objects that a file of JSON lines would hold.</summary>
internal static class ParquetRows
{
    /// <summary>The records of a file without the bad ones, which are reported with the number of their row, counted from 1.</summary>
    /// <param name="parse">Null for a row that holds no record.</param>
    /// <exception cref="DataFormatException">It is not a whole Parquet file.</exception>
    public static IEnumerable<T> Read<T>(string file, BadRecords bad, Func<JsonElement, T?> parse)
        where T : class
    {
        var number = 0L;
        using var stream = File.OpenRead(file);
        for (var (group, groups) = (0, RowGroups(file, stream)); group < groups; group++)
            foreach (var row in Rows(file, stream, group))
                if (Records.Parse(file, ++number, bad, () => parse(row)) is { } record) yield return record;
    }

    private static int RowGroups(string file, Stream stream) => Whole(file, async () =>
    {
        await using var reader = await ParquetReader.CreateAsync(stream, leaveStreamOpen: true);
        return reader.RowGroupCount;
    });

    private static IEnumerable<JsonElement> Rows(string file, Stream stream, int group) =>
        Whole(file, () => ParquetSerializer.DeserializeUntypedAsync(stream, rowGroupIndex: group)).Data.Select(row => JsonSerializer.SerializeToElement(row));

    // The library reads asynchronously, data sets are read from start to end by a thread of their own.
    private static T Whole<T>(string file, Func<Task<T>> read)
    {
        try
        {
            return read().GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is not (OutOfMemoryException or UnauthorizedAccessException))
        {
            throw new DataFormatException(file, 0, $"This is not a whole Parquet file: {failure.Message.TrimEnd('.')}.", "Write or copy it again.");
        }
    }
}
