using DistTrain.Cli.Terminal;
using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading.Files;

namespace DistTrain.Cli.Text;

/// <summary>Text files whose lines belong together.</summary>
internal static class ParallelLines
{
    /// <summary>A few whole numbers may be what people said, such as years.</summary>
    private const int Few = 10;

    /// <summary>The lines of each file.</summary>
    /// <param name="firstReference">Index of the first file of references.</param>
    /// <exception cref="UsageException">The files do not have the same number of lines, or none; or references are plainly no text, while the first
    /// file is.</exception>
    /// <exception cref="DataFormatException">A file is not UTF-8 text.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> Read(IReadOnlyList<FileInfo> files, int firstReference = 1)
    {
        var columns = files.Select(file => TextFile.Lines(file.FullName).ToList()).ToList();
        for (var i = 1; i < files.Count; i++)
            if (columns[i].Count != columns[0].Count)
                throw new UsageException($"'{files[i]}' has {columns[i].Count} lines, but '{files[0]}' has {columns[0].Count}. Line by line they " +
                    "must belong together: give files of equal length.");
        // A reference of one word, such as a score, is the nearest in length to whatever is short, and takes the brevity penalty away.
        for (var i = firstReference; i < files.Count; i++)
            if (Found(columns[i], columns[0]) is { } found)
                throw new UsageException($"'{files[i]}' holds {NotText.Words(found)}, but '{files[0]}' holds sentences. Give files of sentences " +
                    "that belong together line by line.");
        return columns[0].Count > 0
            ? columns : throw new UsageException($"'{files[0]}' is empty, so there is nothing to score. Give a file with a sentence on each line.");
    }

    /// <summary>What references hold instead of text, where the first file holds text. Those that are all empty are dealt with elsewhere.</summary>
    private static (string Kind, string Example)? Found(List<string> references, List<string> first)
    {
        if (NotText.Of(references.Take(NotText.Sample), [first.Take(NotText.Sample)]) is not { } found || found.Kind == NotText.Nothing) return null;
        if (references.Count < Few && found.Kind == "numbers" && found.Example.All(char.IsAsciiDigit)) return null;
        return NotText.Of(first.Take(NotText.Sample)) is null ? found : null;
    }
}
