using DistTrain.Shared.Datasets;
using DistTrain.Shared.Datasets.Reading;
using DistTrain.Shared.Datasets.Reading.Packing;
using DistTrain.Shared.Datasets.Samples;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Jobs.Checks;

/// <summary>Looks whether the data that a job names are there, and where they may lie.</summary>
public static class JobSpecFiles
{
    /// <param name="read">What <see cref="JobSpecReader"/> gave, with or without problems.</param>
    /// <param name="dataRoot">Folder that relative data paths start from.</param>
    /// <param name="allowed">Where the data must lie; null: anywhere. Of what lies elsewhere nothing is told, not even whether it is there.</param>
    /// <returns>A problem for each key whose data are not all there; none when no job could be read.</returns>
    public static IReadOnlyList<Problem> MissingFiles(JobSpecResult read, string dataRoot, DataRoots? allowed = null)
    {
        var problems = new List<Problem>();
        foreach (var (path, named, files, isSet) in Named(read.Draft, dataRoot))
        {
            var whole = FullPath(dataRoot, named);
            if ((files.SelectMany(names => names).Append(whole).Select(file => allowed?.Refusal(file)).FirstOrDefault(refusal => refusal is not null)
                ?? (isSet ? Ending(files, whole) : null) ?? Missing(files)) is { } wrong)
                problems.Add(new Problem(read.File, read.Lines.GetValueOrDefault(path, 1), path, $"{path} is '{named}', {wrong}"));
        }
        foreach (var (path, set, _, _) in Sets(read.Draft))
            if (IsSample(set) && !SampleCorpus.Sets.Contains(set[DataSpec.SamplePrefix.Length..]))
                problems.Add(
                    new Problem(read.File, read.Lines.GetValueOrDefault(path, 1),
                        path, $"{path} is '{set}', but there is no such sample. " +
                            $"{OneOfAttribute.Choose(SampleCorpus.Sets.Select(known => DataSpec.SamplePrefix + known))}"));
        return [.. problems.Take(Limits.Problems)];
    }

    /// <summary>The folders that the files which a job names lie in, once links are followed: what has to be allowed for it to be trained.</summary>
    /// <param name="job">As its file says it, but for the start: that is the full path of the checkpoint that was chosen.</param>
    /// <exception cref="IOException">Links lead in a circle.</exception>
    public static IReadOnlyList<string> Folders(JobSpec job, string dataRoot) =>
        [.. Named(job, dataRoot).Concat(Models(job, dataRoot)).SelectMany(named => named.Files).SelectMany(names => names).Where(File.Exists)
            .Concat(StartFiles(job)).Select(file => Path.GetDirectoryName(RealPath.Of(file))!).Distinct()];

    /// <summary>
    /// Full path of a file that a job names. No path holds a null character; one that is written out names no file, which is then said.
    /// </summary>
    internal static string FullPath(string dataRoot, string path) =>
        Path.GetFullPath(Path.Combine(dataRoot, path.Replace("\0", "\\0", StringComparison.Ordinal)));

    private static string[] StartFiles(JobSpec job) => job.Start is { } start ? Directory.GetFiles(start.Checkpoint) : [];

    /// <summary>Every key that names files, with the files: each by the names that it may have.</summary>
    private static IEnumerable<(string Path, string Named, string[][] Files, bool IsSet)> Named(JobSpec? job, string dataRoot) =>
        [
            .. from set in Sets(job)
               where !IsSample(set.Set)
               select (set.Path, set.Set, DataPath.Alternatives(FullPath(dataRoot, set.Set), set.Data, set.IsPreferences), true),
            // Of a job with a start the tokenizer is the start's: JobStart looks at what is written.
            .. job?.Start is null ? Models(job, dataRoot) : [],
        ];

    private static bool IsSample(string set) => set.StartsWith(DataSpec.SamplePrefix, StringComparison.Ordinal);

    private static IEnumerable<(string Path, string Named, string[][] Files, bool IsSet)> Models(JobSpec? job, string dataRoot) =>
        from named in new[]
        {
            (Path: "tokenizer.model", job?.Tokenizer.Model),
            (Path: "tokenizer.source_model", Model: job?.Tokenizer.SourceModel),
            (Path: "tokenizer.target_model", Model: job?.Tokenizer.TargetModel),
        }
        where !string.IsNullOrEmpty(named.Model)
        select (named.Path, named.Model!, (string[][])[[FullPath(dataRoot, named.Model!)]], false);

    private static IEnumerable<(string Path, string Set, DataSpec Data, bool IsPreferences)> Sets(JobSpec? job) =>
        from phase in (job?.Phases ?? []).Select((spec, i) => (Spec: spec, Path: $"phases[{i}]"))
        let isPreferences = phase.Spec.Kind.Reads == DataSetKind.Preferences
        from named in new[]
        {
            (Key: "data.train", Set: phase.Spec.Data.Train, phase.Spec.Data, IsPreferences: isPreferences),
            (Key: "data.validation", Set: phase.Spec.Data.Validation, phase.Spec.Data, IsPreferences: isPreferences),
            (Key: "validate.translations", Set: phase.Spec.Validate.Translations, phase.Spec.Data, IsPreferences: false),
        }.Concat(
            phase.Spec.Data.More.Select((set, i) =>
                (Key: $"data.more[{i}].train", Set: (string?)set.Train, Data: set, IsPreferences: isPreferences)))
        where !string.IsNullOrEmpty(named.Set)
        select ($"{phase.Path}.{named.Key}", named.Set, named.Data, named.IsPreferences);

    /// <summary>A file that is there and cannot be read is not missing.</summary>
    private static string? Ending(string[][] files, string whole) =>
        File.Exists(whole) && !DataPath.IsOneFile(whole) && (files is [[var only]] && only == whole || files.Any(names => !names.Any(File.Exists)))
            ? PackedFile.Otherwise(whole) is { } packer
            ? $"which is packed with {packer}, and that is not read. {PackedFile.Instead}"
            : $"whose ending tells no form that is read. Give a file that ends in {DataPath.Endings}."
            : null;

    private static string? Missing(string[][] files)
    {
        if (files.Where(names => !names.Any(File.Exists)).Select(names => PackedFile.FoundOtherwise(names[0]))
            .FirstOrDefault(found => found is not null) is { } packed)
            return $"but '{packed}' is packed with {PackedFile.Otherwise(packed)}, which is not read. {PackedFile.Instead}";
        var missing = files.Where(names => !names.Any(File.Exists)).Select(names => string.Join(" or ", names)).ToList();
        return missing.Count == 0
            ? null : $"but there is no file {string.Join(" and no ", missing)}. Correct the path, or name the folder that relative paths start " +
            "from with --data.";
    }
}
