using System.Text.Json;
using DistTrain.Shared.Datasets.Reading.Files;
using DistTrain.Shared.Datasets.Reading.ParquetFiles;
using DistTrain.Shared.Datasets.Reading.Tables;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Reads translation data: tables (TSV, CSV), JSON and Moses pairs, each plain or packed, Parquet, and the sample corpora.</summary>
/// <remarks>
/// Text is taken as it stands: nothing is trimmed, unescaped or normalised, no character is a comment, and only in CSV a quote is one. Files are
/// strict UTF-8, with or without a byte order mark, with LF or CR LF. A line of a table is source, target and any further references, unless
/// <c>data.columns</c> or a header says otherwise; all lines have as many columns; a further reference may be empty, source and target may not. A
/// JSON record holds the two texts under the names of the languages, in an object <c>translation</c> or at the top, and may have <c>references</c>. A
/// Parquet row likewise, in a column <c>translation</c> of parts or in columns of their own.
/// </remarks>
public static class TranslationReader
{
    private const string Nested = "translation", References = "references";

    /// <summary>The examples of a data set, read as they are asked for.</summary>
    /// <param name="path">As in the job; see <see cref="DataSpec"/>.</param>
    /// <param name="dataRoot">Where relative paths start.</param>
    /// <param name="data">Names the languages and the columns.</param>
    /// <param name="bad">Is told of every record that is left out, and what the columns were taken for.</param>
    /// <param name="withReferences">Whether further references of records are read; those of tables are.</param>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="DataFormatException">There are more bad records than tolerated, or the file as a whole cannot be used.</exception>
    public static IEnumerable<TranslationExample> Read(string path, string dataRoot, DataSpec data, BadRecords bad, bool withReferences = true) =>
        DataPath.Parse(path, dataRoot, data.Source, data.Target) switch
        {
            DataPath.Sample sample => SampleCorpus.Translations(sample.Corpus, sample.Set),
            DataPath.Table table =>
                TableReader.Read(table.File, TableForm.Translations(data), bad, (texts, more) => new TranslationExample(texts[0], texts[1], more)),
            DataPath.JsonLines lines => JsonRecords.Read(lines.File, bad, record => FromJson(record, data, withReferences)),
            DataPath.Parquet parquet =>
                ParquetRows.Read(parquet.File, Columns(data, withReferences), bad, row => FromJson(row, data, withReferences)),
            DataPath.MosesPair pair => MosesReader.Read(pair.Source, pair.Target, bad),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };

    private static ParquetColumns Columns(DataSpec data, bool withReferences) => new(
        [Side(data.Columns.Source, data.Source), Side(data.Columns.Target, data.Target),
            .. data.Columns.References.Select(column => (IReadOnlyList<string>)[column])],
        withReferences ? [References] : []);

    private static IReadOnlyList<string> Side(string? chosen, string language) => chosen is null ? [$"{Nested}.{language}", language] : [chosen];

    private static TranslationExample FromJson(JsonElement record, DataSpec data, bool withReferences)
    {
        var texts = record.TryGetProperty(Nested, out var nested) && nested.ValueKind == JsonValueKind.Object ? nested : record;
        return new TranslationExample(Text(data.Columns.Source, data.Source), Text(data.Columns.Target, data.Target),
            [.. More().Where(text => !string.IsNullOrWhiteSpace(text))]);

        string Text(string? chosen, string language) => chosen is null
            ? Records.NotEmpty(JsonRecord.Text(texts, language), $"text '{language}'")
            : Records.NotEmpty(JsonRecord.AsText(JsonRecord.At(record, chosen), $"'{chosen}'"), $"text '{chosen}'");

        IEnumerable<string> More() => data.Columns.References.Count > 0
            ? data.Columns.References.Select(column => JsonRecord.At(record, column)).Zip(data.Columns.References, JsonRecord.Texts)
            .SelectMany(found => found)
            : withReferences && record.TryGetProperty(References, out var given) && given.ValueKind != JsonValueKind.Null
            ? JsonRecord.Texts(given, References) : [];
    }
}
