using DistTrain.Shared.Datasets.Reading;

namespace DistTrain.Cli.Text;

/// <summary>Text files whose lines belong together.</summary>
internal static class ParallelLines
{
    /// <summary>The lines of each file.</summary>
    /// <exception cref="UsageException">The files do not have the same number of lines, or none.</exception>
    /// <exception cref="DataFormatException">A file is not UTF-8 text.</exception>
    public static IReadOnlyList<IReadOnlyList<string>> Read(params IReadOnlyList<FileInfo> files)
    {
        var columns = files.Select(file => TextFile.Lines(file.FullName).ToList()).ToList();
        for (var i = 1; i < files.Count; i++)
            if (columns[i].Count != columns[0].Count)
                throw new UsageException($"'{files[i]}' has {columns[i].Count} lines, but '{files[0]}' has {columns[0].Count}. Line by line they must belong together: give files of equal length.");
        return columns[0].Count > 0 ? columns : throw new UsageException($"'{files[0]}' is empty, so there is nothing to score. Give a file with a sentence on each line.");
    }
}
