using DistTrain.Shared.Datasets.Samples;

namespace DistTrain.Shared.Jobs;

/// <summary>Looks whether the data that a job names are there.</summary>
public static class JobSpecFiles
{
    /// <summary>What the name of a generated data set begins with.</summary>
    public const string SamplePrefix = "sample:";

    /// <param name="read">What <see cref="JobSpecReader"/> gave, with or without problems.</param>
    /// <param name="dataRoot">Folder that relative data paths start from.</param>
    /// <returns>A problem for each key whose data are not all there; none when no job could be read.</returns>
    public static IReadOnlyList<Problem> MissingFiles(JobSpecResult read, string dataRoot)
    {
        var problems = new List<Problem>();
        foreach (var (path, set, data) in Sets(read.Draft))
        {
            if (Missing(set, data, dataRoot) is { } missing)
                problems.Add(new Problem(read.File, read.Lines.GetValueOrDefault(path, 1), path, $"{path} is '{set}', but {missing}"));
        }
        foreach (var (path, model) in Models(read.Draft))
        {
            var file = Path.GetFullPath(Path.Combine(dataRoot, model));
            if (!File.Exists(file))
                problems.Add(new Problem(read.File, read.Lines.GetValueOrDefault(path, 1), path, $"{path} is '{model}', but there is no file {file}. Correct the path, or name the folder that relative paths start from with --data."));
        }
        return problems;
    }

    // Of a job with a start the tokenizer is the start's: JobStart looks at what is written.
    private static IEnumerable<(string Path, string Model)> Models(JobSpec? job) =>
        from named in job?.Start is not null ? [] : new[]
        {
            (Path: "tokenizer.model", job?.Tokenizer.Model),
            (Path: "tokenizer.source_model", Model: job?.Tokenizer.SourceModel),
            (Path: "tokenizer.target_model", Model: job?.Tokenizer.TargetModel),
        }
        where !string.IsNullOrEmpty(named.Model)
        select (named.Path, named.Model!);

    private static IEnumerable<(string Path, string Set, DataSpec Data)> Sets(JobSpec? job) =>
        from phase in (job?.Phases ?? []).Select((spec, i) => (Spec: spec, Path: $"phases[{i}]"))
        from named in new[]
        {
            (Key: "data.train", Set: phase.Spec.Data.Train),
            (Key: "data.validation", Set: phase.Spec.Data.Validation),
            (Key: "validate.translations", Set: phase.Spec.Validate.Translations),
        }
        where !string.IsNullOrEmpty(named.Set)
        select ($"{phase.Path}.{named.Key}", named.Set, phase.Spec.Data);

    private static string? Missing(string set, DataSpec data, string dataRoot)
    {
        if (set.StartsWith(SamplePrefix, StringComparison.Ordinal))
            return SampleCorpus.Sets.Contains(set[SamplePrefix.Length..]) ? null : $"there is no such sample. {Rules.Choose(SampleCorpus.Sets.Select(known => SamplePrefix + known))}";
        var files = Alternatives(Path.GetFullPath(Path.Combine(dataRoot, set)), data).Where(file => !file.Any(File.Exists)).Select(file => string.Join(" or ", file)).ToList();
        return files.Count == 0 ? null : $"there is no file {string.Join(" and no ", files)}. Correct the path, or name the folder that relative paths start from with --data.";
    }

    /// <summary>The files of a set, each by the names that it may have.</summary>
    private static string[][] Alternatives(string path, DataSpec data)
    {
        var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        return plain.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase) || plain.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)
            ? [[path]]
            : [[$"{path}.{data.Source}", $"{path}.{data.Source}.gz"], [$"{path}.{data.Target}", $"{path}.{data.Target}.gz"]];
    }
}
