using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets;

/// <summary>Where a job's data set lies, told from its name.</summary>
/// <remarks>
/// <c>x.tsv[.gz]</c>, <c>x.jsonl[.gz]</c> and <c>x.parquet</c> are files; <c>sample:NAME/SET</c> is generated; anything else is the common part of a Moses pair's names,
/// <c>x.SOURCE[.gz]</c> and <c>x.TARGET[.gz]</c>. A relative path is taken from the data root.
/// </remarks>
internal abstract record DataPath
{
    /// <summary>The files to read; none when the data are generated.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    public sealed record Sample(string Corpus, string Set) : DataPath { public override IReadOnlyList<string> Files => []; }
    public sealed record Table(string File) : DataPath { public override IReadOnlyList<string> Files => [File]; }
    public sealed record JsonLines(string File) : DataPath { public override IReadOnlyList<string> Files => [File]; }
    public sealed record Parquet(string File) : DataPath { public override IReadOnlyList<string> Files => [File]; }
    public sealed record MosesPair(string Source, string Target) : DataPath { public override IReadOnlyList<string> Files => [Source, Target]; }

    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    public static DataPath Parse(string path, string dataRoot, string source, string target)
    {
        if (path.StartsWith(JobSpecFiles.SamplePrefix, StringComparison.Ordinal)) return ParseSample(path[JobSpecFiles.SamplePrefix.Length..]);
        var full = Path.Combine(dataRoot, path);
        var plain = full.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? full[..^3] : full;
        if (plain.EndsWith(".tsv", StringComparison.OrdinalIgnoreCase)) return new Table(Existing(full));
        if (plain.EndsWith(".jsonl", StringComparison.OrdinalIgnoreCase)) return new JsonLines(Existing(full));
        if (full.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)) return new Parquet(Existing(full));
        return new MosesPair(Existing($"{full}.{source}", $"{full}.{source}.gz"), Existing($"{full}.{target}", $"{full}.{target}.gz"));
    }

    private static Sample ParseSample(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new Sample(name, "") : new Sample(name[..slash], name[(slash + 1)..]);
    }

    private static string Existing(params ReadOnlySpan<string> candidates)
    {
        foreach (var file in candidates)
            if (File.Exists(file)) return file;
        var names = string.Join(" nor ", candidates.ToArray().Select(file => $"'{file}'"));
        throw new FileNotFoundException($"There is no data file {names}. Correct the path in the job, or name the folder that relative paths start from with --data.", candidates[0]);
    }
}
