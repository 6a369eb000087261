using DistTrain.Cli.Terminal;
using DistTrain.Shared.Metrics;

namespace DistTrain.Cli.Text;

/// <summary>The references of each line, whatever the order of the files that they come from.</summary>
/// <param name="Lines">Without white space at their ends, as sacreBLEU reads them.</param>
/// <param name="Empty">How many are empty.</param>
internal sealed record LineReferences(IReadOnlyList<IReadOnlyList<string>> Lines, int Empty)
{
    /// <summary>The option that leaves empty lines out.</summary>
    public const string SkipEmpty = "--skip-empty-references";

    /// <param name="files">For each file its lines, all equally many; null is no reference.</param>
    /// <param name="skipEmpty">An empty line is no reference either; otherwise, as sacreBLEU reads files, a reference of no words.</param>
    /// <exception cref="UsageException">A line has no reference at all.</exception>
    public static LineReferences Of(IReadOnlyList<IReadOnlyList<string?>> files, bool skipEmpty)
    {
        var lines = Enumerable.Range(0, files[0].Count)
            .Select(line => files.Select(file => file[line]).OfType<string>().Select(PythonText.TrimEnd).Where(text => !skipEmpty || text.Length > 0)
                .ToList()).ToList();
        return lines.FindIndex(references => references.Count == 0) is >= 0 and var without
            ? throw new UsageException($"Line {without + 1} is empty in every file of references, so with {SkipEmpty} there is nothing to compare " +
                "it with. Remove the line from all files, or leave the option out.")
            : new(lines, lines.Sum(references => references.Count(text => text.Length == 0)));
    }

    /// <summary>Lines without the white space at their ends.</summary>
    public static IReadOnlyList<string> Trimmed(IReadOnlyList<string> lines) => [.. lines.Select(PythonText.TrimEnd)];

    /// <summary>Says of several files what their empty lines count for; null when there is nothing to say.</summary>
    public string? Notice(int files) => files > 1 && Empty > 0
        ? $"{MetricText.Count(Empty, "line")} of the references {(Empty == 1 ? "is empty and counts" : "are empty and count")} as references of no " +
        $"words, as in sacreBLEU. With {SkipEmpty} they are no references."
        : null;
}
