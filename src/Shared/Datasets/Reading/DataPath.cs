using DistTrain.Shared.Datasets.Reading.Packing;
using DistTrain.Shared.Jobs;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Where a job's data set lies, told from its name.</summary>
/// <remarks>
/// <c>x.tsv</c>, <c>x.csv</c>, <c>x.jsonl</c>, <c>x.ndjson</c> (the same) and <c>x.json</c>, each also with <c>.gz</c> or <c>.zst</c> behind, and
/// <c>x.parquet</c> are files, a <c>x.txt</c> that is there is read as <c>x.tsv</c>; <c>sample:NAME/SET</c> is generated; anything else is the common
/// part of a Moses pair's names, <c>x.SOURCE</c> and <c>x.TARGET</c>, packed or not. A relative path is taken from the data root.
/// </remarks>
internal abstract record DataPath
{
    private const string Parquets = ".parquet", Texts = ".txt";
    private static readonly string[] Tables = [".tsv", ".csv"], JsonFiles = [".jsonl", ".ndjson", ".json"];

    /// <summary>The files to read; none when the data are generated.</summary>
    public abstract IReadOnlyList<string> Files { get; }

    public sealed record Sample(string Corpus, string Set) : DataPath { public override IReadOnlyList<string> Files => []; }
    public sealed record Table(string File) : DataPath { public override IReadOnlyList<string> Files => [File]; }
    public sealed record JsonLines(string File) : DataPath { public override IReadOnlyList<string> Files => [File]; }
    public sealed record Parquet(string File) : DataPath { public override IReadOnlyList<string> Files => [File]; }
    public sealed record MosesPair(string Source, string Target) : DataPath { public override IReadOnlyList<string> Files => [Source, Target]; }

    /// <summary>The endings that are read, in words.</summary>
    public static string Endings => $"{string.Join(", ", [.. Tables, .. JsonFiles, Texts])}, each also with " +
        $"{string.Join(" or ", PackedFile.Endings)} behind, and {Parquets}";

    /// <summary>A set of translations.</summary>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="DataFormatException">The file is there, but its ending tells no form that is read.</exception>
    public static DataPath Parse(string path, string dataRoot, string source, string target) => Parse(path, dataRoot, full =>
        {
            var sides = Pair(full, source, target).Select(names => names.FirstOrDefault(File.Exists)).ToList();
            return sides is [{ } from, { } to] ? new MosesPair(from, to) : throw Missing(full, Pair(full, source, target));
    });

    /// <summary>A set of preferences, which a pair of text files cannot hold.</summary>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="DataFormatException">The file is there, but its ending tells no form that is read.</exception>
    public static DataPath ParsePreferences(string path, string dataRoot) => Parse(path, dataRoot, full => throw Missing(full, [[full]]));

    /// <summary>The files of a set, each by the names that it may have.</summary>
    /// <param name="full">Full path, as the job names it.</param>
    public static string[][] Alternatives(string full, DataSpec data, bool isPreferences) => isPreferences || IsOneFile(full)
        ? [[full]] : Pair(full, data.Source, data.Target);

    /// <summary>Whether the ending tells a form of one file.</summary>
    public static bool IsOneFile(string full) =>
        Ends(full, Parquets) || Tables.Concat(JsonFiles).Any(ending => Ends(PackedFile.Plain(full), ending)) || IsTextTable(full);

    private static DataPath Parse(string path, string dataRoot, Func<string, DataPath> other)
    {
        if (path.StartsWith(DataSpec.SamplePrefix, StringComparison.Ordinal)) return ParseSample(path[DataSpec.SamplePrefix.Length..]);
        var full = Path.Combine(dataRoot, path);
        if (!IsOneFile(full)) return other(full);
        if (!File.Exists(full)) throw Missing(full, [[full]]);
        return Ends(full, Parquets) ? new Parquet(full) : JsonFiles.Any(ending => Ends(PackedFile.Plain(full), ending))
            ? new JsonLines(full) : new Table(full);
    }

    // Moses pairs may be called x.txt.en and x.txt.de.
    private static bool IsTextTable(string full) => Ends(PackedFile.Plain(full), Texts) && File.Exists(full);

    private static bool Ends(string name, string ending) => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase);

    private static string[][] Pair(string full, string source, string target) => [Names($"{full}.{source}"), Names($"{full}.{target}")];

    private static string[] Names(string name) => [name, .. PackedFile.Endings.Select(ending => name + ending)];

    private static Sample ParseSample(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new Sample(name, "") : new Sample(name[..slash], name[(slash + 1)..]);
    }

    private static Exception Missing(string full, string[][] files)
    {
        if (File.Exists(full))
            return PackedFile.Refusal(full)
                ?? new DataFormatException(full, 0, "The name's ending tells no form that is read.", $"Give a file that ends in {Endings}.");
        var names = files.First(names => !names.Any(File.Exists));
        if (PackedFile.FoundOtherwise(names[0]) is { } packed) return PackedFile.Refusal(packed)!;
        return new FileNotFoundException($"There is no data file {string.Join(" nor ", names.Select(file => $"'{file}'"))}. Correct the path, or " +
            "name the folder that relative paths start from with --data.", names[0]);
    }
}
