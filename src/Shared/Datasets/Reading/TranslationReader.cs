using System.Text.Json;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Reads translation data: TSV, JSON lines and Moses pairs, each plain or gzip, Parquet, and the sample corpora.</summary>
/// <remarks>
/// Text is taken as it stands: nothing is trimmed, unescaped or normalised, and no character is a comment or a quote. Files are strict UTF-8, with or without
/// a byte order mark, with LF or CR LF. A TSV line is source, target and any further references, as many columns as the file's first good line; a further
/// reference may be empty, source and target may not. A JSON line holds the two texts under the names of the languages, in an object
/// <c>translation</c> or at the top; blank lines are skipped. A Parquet row likewise, in a column <c>translation</c> of parts or in columns of their own.
/// </remarks>
public static class TranslationReader
{
    /// <summary>The examples of a data set, read as they are asked for.</summary>
    /// <param name="path">As in the job: <c>x.tsv[.gz]</c>, <c>x.jsonl[.gz]</c>, <c>x.parquet</c>, the common part of a Moses pair's names, or <c>sample:NAME/SET</c>.</param>
    /// <param name="dataRoot">Where relative paths start.</param>
    /// <param name="data">Names the languages.</param>
    /// <param name="bad">Is told of every record that is left out.</param>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="DataFormatException">There are more bad records than tolerated, or the file as a whole cannot be used.</exception>
    public static IEnumerable<TranslationExample> Read(string path, string dataRoot, DataSpec data, BadRecords bad) =>
        DataPath.Parse(path, dataRoot, data.Source, data.Target) switch
        {
            DataPath.Sample sample => SampleCorpus.Translations(sample.Corpus, sample.Set),
            DataPath.Table table => ReadTable(table.File, bad),
            DataPath.JsonLines lines => Records.Read(lines.File, bad, line => string.IsNullOrWhiteSpace(line) ? null : FromJson(JsonRecord.Parse(line), data.Source, data.Target)),
            DataPath.Parquet parquet => ParquetRows.Read(parquet.File, bad, row => FromJson(row, data.Source, data.Target)),
            DataPath.MosesPair pair => MosesReader.Read(pair.Source, pair.Target, bad),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };

    private static IEnumerable<TranslationExample> ReadTable(string file, BadRecords bad)
    {
        var columns = 0;
        return Records.Read(file, bad, line =>
        {
            var cells = line.Split('\t');
            if (cells.Length < 2) throw new BadRecordException("The line has no tab, but must hold source and target with a tab between.");
            var example = new TranslationExample(Records.NotEmpty(cells[0], "source"), Records.NotEmpty(cells[1], "target"), [.. cells.Skip(2).Where(cell => cell.Length > 0)]);
            if (columns == 0) columns = cells.Length;
            return cells.Length == columns ? example : throw new BadRecordException($"The line has {cells.Length} columns, but the lines before have {columns}.");
        });
    }

    private static TranslationExample FromJson(JsonElement record, string source, string target)
    {
        if (record.TryGetProperty("translation", out var nested) && nested.ValueKind == JsonValueKind.Object) record = nested;
        return new TranslationExample(Side(source), Side(target), []);

        string Side(string language) => Records.NotEmpty(JsonRecord.Text(record, language), $"text '{language}'");
    }
}
