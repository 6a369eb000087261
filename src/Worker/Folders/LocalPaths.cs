using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Folders;

/// <summary>Where in a worker's cache lies what an assignment names on the coordinator's disk. Pure.</summary>
internal sealed class LocalPaths
{
    private const int MarkDigits = 8, LongestHash = 100;

    private readonly TrainingProtocol.StartGeneration _assignment;
    private readonly string _cache;

    /// <param name="assignment">With a store.</param>
    /// <param name="cache">Full path.</param>
    /// <exception cref="InvalidDataException">A hash in it is none: names are made of them.</exception>
    public LocalPaths(TrainingProtocol.StartGeneration assignment, string cache)
    {
        (_assignment, _cache) = (assignment, cache);
        var mark = assignment.Store!.Mark;
        foreach (var hash in assignment.Data.Phases.SelectMany(phase => phase.Stores()).Select(store => store.Hash)
            .Append(assignment.Data.TokenizerHash).Append(mark))
            if (hash.Length is 0 or > LongestHash || !hash.All(digit => char.IsAsciiLetterOrDigit(digit) || digit == '-'))
                throw new InvalidDataException($"'{hash}' in the assignment of job {assignment.Job} is no hash. Run the same DistTrain on every " +
                    "machine.");
        // Jobs of two coordinators may have the same name.
        Run = $"jobs/{assignment.Job}-{mark[..Math.Min(mark.Length, MarkDigits)]}";
    }

    /// <summary>The cache's entry for the job: its checkpoints, and what else it would write to its folder.</summary>
    public string Run { get; }

    /// <summary>The cache's entry for the tokenizer.</summary>
    public string Tokenizer => $"tokenizers/{_assignment.Data.TokenizerHash}";

    /// <summary>The cache's entry for a token store, which equal data of all jobs have in common.</summary>
    public static string Store(StoreRef store) => $"data/{store.Hash}.tokens";

    /// <summary>The full path of an entry.</summary>
    public string Full(string entry) => Path.Combine(_cache, entry.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Where something in the job's folder lies here.</summary>
    public string Local(string original) => Path.Combine(Full(Run), Path.GetRelativePath(_assignment.RunFolder, original));

    /// <summary>Where something that lies here belongs in the job's folder.</summary>
    public string Original(string local) => Path.Combine(_assignment.RunFolder, Path.GetRelativePath(Full(Run), local));

    /// <summary>The assignment with the paths of this worker's disk.</summary>
    public TrainingProtocol.StartGeneration Map()
    {
        var data = _assignment.Data;
        return _assignment with
        {
            RunFolder = Full(Run),
            ResumeFrom = _assignment.ResumeFrom is { } resume ? Local(resume) : null,
            PhaseStart = _assignment.PhaseStart is { } start ? Local(start) : null,
            Data = data with { TokenizerFolder = Full(Tokenizer), Phases = [.. data.Phases.Select(Map)] },
        };
    }

    private PreparedPhase Map(PreparedPhase phase) => phase with
    {
        Train = Map(phase.Train),
        Validation = phase.Validation is { } validation ? Map(validation) : null,
        Translations = phase.Translations is { } translations ? Map(translations) : null,
        More = phase.More is { } more ? [.. more.Select(Map)] : null,
    };

    private StoreRef Map(StoreRef store) => store with { Path = Full(Store(store)) };
}
