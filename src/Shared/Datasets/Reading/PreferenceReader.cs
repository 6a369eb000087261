using System.Text.Json;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Reads preference data: JSON lines and TSV (prompt, chosen, rejected), each plain or gzip, Parquet, and the sample corpora.</summary>
/// <remarks>
/// The three texts of a JSON line or a Parquet row may be strings or chat messages (<c>[{"role": ..., "content": ...}]</c>; see <see cref="ChatMessages"/>). Without <c>prompt</c> it is
/// what chosen and rejected begin with alike: their common messages, or of two strings the common text up to and with the last <c>"\n\nAssistant:"</c> (the form of HH-RLHF).
/// Text is taken as it stands. Blank lines are skipped.
/// </remarks>
public static class PreferenceReader
{
    private const string AnswerMark = "\n\nAssistant:";

    /// <summary>The examples of a data set, read as they are asked for.</summary>
    /// <param name="path">As in the job: <c>x.jsonl[.gz]</c>, <c>x.tsv[.gz]</c>, <c>x.parquet</c> or <c>sample:NAME/SET</c>.</param>
    /// <param name="dataRoot">Where relative paths start.</param>
    /// <param name="data">Names the languages, which preferences do not use.</param>
    /// <param name="bad">Is told of every record that is left out.</param>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="DataFormatException">There are more bad records than tolerated, or the file as a whole cannot be used.</exception>
    public static IEnumerable<PreferenceExample> Read(string path, string dataRoot, DataSpec data, BadRecords bad) =>
        DataPath.Parse(path, dataRoot, data.Source, data.Target) switch
        {
            DataPath.Sample sample => SampleCorpus.Preferences(sample.Corpus, sample.Set),
            DataPath.Table table => Records.Read(table.File, bad, FromColumns),
            DataPath.JsonLines lines => Records.Read(lines.File, bad, line => string.IsNullOrWhiteSpace(line) ? null : FromJson(JsonRecord.Parse(line))),
            DataPath.Parquet parquet => ParquetRows.Read(parquet.File, bad, FromJson),
            DataPath.MosesPair => throw new DataFormatException(path, 0, "Preferences cannot be read from a pair of text files.", "Give them as .jsonl or .tsv, plain or .gz, or as .parquet."),
            var other => throw new System.Diagnostics.UnreachableException(other.ToString()),
        };

    private static PreferenceExample FromColumns(string line)
    {
        var cells = line.Split('\t');
        return cells.Length == 3
            ? Example(cells[0], cells[1], cells[2])
            : throw new BadRecordException($"The line has {cells.Length} {(cells.Length == 1 ? "column" : "columns")}, but must hold prompt, chosen and rejected with tabs between.");
    }

    private static PreferenceExample FromJson(JsonElement record)
    {
        var (chosen, rejected) = (JsonRecord.Value(record, "chosen"), JsonRecord.Value(record, "rejected"));
        if (chosen.ValueKind == JsonValueKind.Array || rejected.ValueKind == JsonValueKind.Array || IsChat(record))
            return FromChat(record);
        var (chosenText, rejectedText) = (JsonRecord.Text(record, "chosen"), JsonRecord.Text(record, "rejected"));
        return record.TryGetProperty("prompt", out _) ? Example(JsonRecord.Text(record, "prompt"), chosenText, rejectedText) : FromDialogues(chosenText, rejectedText);
    }

    private static PreferenceExample FromChat(JsonElement record)
    {
        var (prompt, chosen, rejected) = ChatMessages.Preference(record);
        return Example(prompt, chosen, rejected);
    }

    private static bool IsChat(JsonElement record) => record.TryGetProperty("prompt", out var prompt) && prompt.ValueKind == JsonValueKind.Array;

    private static PreferenceExample FromDialogues(string chosen, string rejected)
    {
        var common = chosen.AsSpan()[..chosen.AsSpan().CommonPrefixLength(rejected)];
        var mark = common.LastIndexOf(AnswerMark, StringComparison.Ordinal);
        if (mark < 0) throw new BadRecordException("The key 'prompt' is missing, and 'chosen' and 'rejected' have no beginning with \"\\n\\nAssistant:\" in common.");
        var cut = mark + AnswerMark.Length;
        return Example(chosen[..cut], chosen[cut..], rejected[cut..]);
    }

    private static PreferenceExample Example(string prompt, string chosen, string rejected) =>
        new(Records.NotEmpty(prompt, "prompt"), Records.NotEmpty(chosen, "chosen answer"), Records.NotEmpty(rejected, "rejected answer"));
}
