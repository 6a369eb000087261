using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.Shared.Datasets.Reading.ParquetFiles;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Gives what a job chooses as prompt, chosen and rejected those names, so that a record is read as one that has them.</summary>
internal static class ChosenColumns
{
    /// <summary>The record with what is chosen, each under the name of its role.</summary>
    /// <exception cref="BadRecordException">A column that is chosen is missing.</exception>
    public static JsonElement Of(JsonElement record, ColumnsSpec columns)
    {
        List<(string Role, string Column)> chosen = [.. Chosen(columns)];
        if (chosen.Count == 0) return record;
        try
        {
            var named = JsonObject.Create(record)!;
            foreach (var (role, column) in chosen) named[role] = JsonSerializer.SerializeToNode(JsonRecord.At(record, column));
            return JsonSerializer.SerializeToElement(named);
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            throw new BadRecordException("The record has a key twice, or half of a surrogate pair.");
        }
    }

    /// <summary>The columns that have to be read of a Parquet file.</summary>
    /// <param name="known">Names that are taken where they are there.</param>
    public static ParquetColumns OfParquet(ColumnsSpec columns, IEnumerable<string> known) =>
        new([.. Chosen(columns).Select(IReadOnlyList<string> (each) => [each.Column])], [.. known]);

    private static IEnumerable<(string Role, string Column)> Chosen(ColumnsSpec columns) =>
        columns.All.Where(each => each.Key is "prompt" or "chosen" or "rejected");
}
