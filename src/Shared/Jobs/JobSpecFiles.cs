namespace DistTrain.Shared.Jobs;

/// <summary>Looks whether the data that a specification names is there.</summary>
public static class JobSpecFiles
{
    /// <summary>The beginning of the name of a generated data set.</summary>
    public const string SamplePrefix = "sample:";

    /// <summary>A problem for each data file that does not exist. None when the file could not be read at all.</summary>
    /// <param name="dataRoot">Folder that relative paths start from.</param>
    public static IReadOnlyList<Problem> MissingFiles(JobSpecResult read, string dataRoot) => read.Draft is not { } spec ? [] :
    [
        .. spec.Phases.SelectMany((phase, index) => new[] { ("data.train", phase.Data.Train), ("data.validation", phase.Data.Validation), ("validate.translations", phase.Validate.Translations) }
            .Where(named => named.Item2 is { Length: > 0 })
            .Select(named => (Path: $"phases[{index}].{named.Item1}", Missing: Missing(named.Item2!, phase.Data, dataRoot)))
            .Where(named => named.Missing is not null)
            .Select(named => new Problem(read.File, read.Lines.TryGetValue(named.Path, out var line) ? line : null, named.Path, named.Missing!))),
    ];

    private static string? Missing(string path, DataSpec data, string root)
    {
        if (path.StartsWith(SamplePrefix, StringComparison.Ordinal)) return null;
        var full = Path.Combine(root, path);
        if (File.Exists(full)) return null;
        // Two files by their common beginning.
        var absent = new[] { data.Source, data.Target }.Select(language => $"{full}.{language}").Where(file => !File.Exists(file) && !File.Exists(file + ".gz")).ToList();
        if (absent.Count == 0) return null;
        var looked = Path.HasExtension(path) ? full : string.Join(" and ", absent.Select(file => file + "[.gz]"));
        return $"is '{path}', but there is no file {looked}. Relative paths start from the data folder: give it with --data.";
    }
}
