namespace DistTrain.Shared.Jobs.Reading;

/// <summary>What has been found wrong so far, and where each key stands.</summary>
internal sealed class SpecProblems(string file)
{
    private readonly List<Problem> _problems = [];
    private readonly Dictionary<string, int> _lines = [];
    private readonly HashSet<string> _excused = [];
    private readonly HashSet<string> _written = [];

    public IReadOnlyDictionary<string, int> Lines => _lines;

    /// <summary>All of them, by line; beyond <see cref="Limits.Problems"/> only how many there are.</summary>
    public IReadOnlyList<Problem> All
    {
        get
        {
            var byLine = _problems.OrderBy(problem => problem.Line).Take(Limits.Problems + 1)
                .Select(problem => problem with { Message = Readable.Line(problem.Message) }).ToList();
            if (byLine.Count <= Limits.Problems) return byLine;
            return [.. byLine[..^1],
                byLine[^1]
                    with { Path = "", Message = $"{_problems.Count - Limits.Problems} more problems are not listed. Mend those above first." }];
        }
    }

    public void Place(string path, int line) => _lines.TryAdd(path, line);

    /// <summary>Notes that a key has a value.</summary>
    public void Write(string path) => _written.Add(path);

    /// <summary>The keys that have a value in the file.</summary>
    public IReadOnlySet<string> Written => _written;

    public void Add(string path, int line, string message)
    {
        _problems.Add(new(file, line, path, message));
        Excuse(path);
    }

    /// <summary>What the rules say of a key is void: it could not be read, or was misspelled, and a default stands in its place.</summary>
    public void Excuse(string path) => _excused.Add(path);

    /// <summary>Adds what the records say of their values.</summary>
    public void AddRules(IEnumerable<Violation> found) =>
        _problems.AddRange(At(found.Where(violation => !_excused.Contains(violation.Path))));

    /// <summary>With their lines, by line.</summary>
    public IReadOnlyList<Problem> At(IEnumerable<Violation> found) =>
        [.. found.Select(violation => new Problem(file, LineOf(violation.Path), violation.Path, violation.Message)).OrderBy(problem => problem.Line)];

    public int LineOf(string path) => LineOf(_lines, path);

    /// <summary>The line of a key; of one that is not in the file, the line of the nearest key around it.</summary>
    public static int LineOf(IReadOnlyDictionary<string, int> lines, string path)
    {
        while (path.Length > 0)
        {
            if (lines.TryGetValue(path, out var line)) return line;
            path = path[..Math.Max(0, path.AsSpan().LastIndexOfAny('.', '['))];
        }
        return 1;
    }
}
