using System.Text;
using System.Text.Unicode;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Reads a Moses pair: two files, of which each line of one is the translation of the same line of the other.</summary>
internal static class MosesReader
{
    public static IEnumerable<TranslationExample> Read(string sourceFile, string targetFile, BadRecords bad)
    {
        using var sources = TextLines.Read(sourceFile).GetEnumerator();
        using var targets = TextLines.Read(targetFile).GetEnumerator();
        for (var line = 1L; ; line++)
        {
            var (hasSource, hasTarget) = (sources.MoveNext(), targets.MoveNext());
            if (!hasSource && !hasTarget) yield break;
            if (!hasTarget) throw Unequal(sourceFile, line - 1 + Rest(sources), targetFile, line - 1);
            if (!hasSource) throw Unequal(targetFile, line - 1 + Rest(targets), sourceFile, line - 1);
            if (Pair(sourceFile, sources.Current, targetFile, targets.Current, bad) is { } example) yield return example;
        }
    }

    /// <summary>A pair counts as one record, whatever is wrong with its sides.</summary>
    private static TranslationExample? Pair(string sourceFile, TextLine source, string targetFile, TextLine target, BadRecords bad)
    {
        if (IsBlank(source) && IsBlank(target))
            return Records.Parse<TranslationExample>(sourceFile, source.Number, bad,
                () => throw new BadRecordException("Source and target are empty.", isEmpty: true));
        var targetText = "";
        return Records.Parse(targetFile, target.Number, bad, () => targetText = Records.NotEmpty(target.Text, "target")) is null
            ? null
            : Records.Parse(sourceFile, source.Number, bad, () => new TranslationExample(Records.NotEmpty(source.Text, "source"), targetText, []));
    }

    private static bool IsBlank(TextLine line) =>
        Utf8.IsValid(line.Bytes.Span) && string.IsNullOrWhiteSpace(Encoding.UTF8.GetString(line.Bytes.Span));

    /// <summary>How many lines are left, the current one included.</summary>
    private static long Rest(IEnumerator<TextLine> lines)
    {
        var count = 1L;
        while (lines.MoveNext()) count++;
        return count;
    }

    private static DataFormatException Unequal(string longer, long more, string shorter, long fewer) => new(
        longer, fewer + 1, $"The file has {more} lines, but '{shorter}' has {fewer}: from here on, lines have no partner.",
        "Line n of one file must be the translation of line n of the other; find where the two files part, or get them again.");
}
