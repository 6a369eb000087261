using DistTrain.Shared.Datasets.Reading.ParquetFiles;
using DistTrain.Shared.Datasets.Reading.Preferences;
using DistTrain.Shared.Datasets.Reading.Tables;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Reads preference data: JSON and tables (prompt, chosen, rejected), each plain or packed, Parquet, and the sample corpora.</summary>
/// <remarks>
/// <c>data.columns</c> chooses what is taken for prompt, chosen and rejected.
/// A JSON record or a Parquet row has texts, messages or whole conversations under the names of published sets; see <see cref="PreferenceRecord"/>,
/// which keys were taken for what is told to <see cref="BadRecords.Note"/>. Without a prompt it is what chosen and rejected begin with alike. Several
/// chosen or rejected answers are a pair each with each. Text is taken as it stands. Blank lines between JSON lines are skipped.
/// </remarks>
public static class PreferenceReader
{
    /// <summary>The examples of a data set, read as they are asked for.</summary>
    /// <param name="path">As in the job: see <see cref="DataSpec"/>.</param>
    /// <param name="dataRoot">Where relative paths start.</param>
    /// <param name="data">Names the columns.</param>
    /// <param name="bad">Is told of every record that is left out, and what keys and columns were taken for.</param>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="DataFormatException">There are more bad records than tolerated, or the file as a whole cannot be used.</exception>
    public static IEnumerable<PreferenceExample> Read(string path, string dataRoot, DataSpec data, BadRecords bad) =>
        DataPath.ParsePreferences(path, dataRoot) switch
        {
            DataPath.Sample sample => SampleCorpus.Preferences(sample.Corpus, sample.Set),
            DataPath.Table table =>
                TableReader.Read(table.File, TableForm.Preferences(data), bad,
                    (texts, _) => PreferenceRecord.OfTexts(texts[0], texts[1], texts[2], bad.Note)).SelectMany(pairs => pairs),
            DataPath.JsonLines lines =>
                JsonRecords.Read(lines.File, bad, record => PreferenceRecord.Read(ChosenColumns.Of(record, data.Columns), bad.Note))
                .SelectMany(pairs => pairs),
            DataPath.Parquet parquet =>
                ParquetRows.Read(parquet.File, ChosenColumns.OfParquet(data.Columns, PreferenceKeys.All), bad,
                    row => PreferenceRecord.Read(ChosenColumns.Of(row, data.Columns), bad.Note)).SelectMany(pairs => pairs),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };
}
