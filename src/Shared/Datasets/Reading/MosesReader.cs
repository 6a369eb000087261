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
            var source = Side(sourceFile, sources.Current, "source", bad);
            var target = Side(targetFile, targets.Current, "target", bad);
            if (source is not null && target is not null) yield return new TranslationExample(source, target, []);
        }
    }

    private static string? Side(string file, TextLine line, string name, BadRecords bad) =>
        Records.Parse(file, line.Number, bad, () => Records.NotEmpty(line.Text, name));

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
