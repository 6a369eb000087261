using System.Text.RegularExpressions;

namespace DistTrain.Architecture.Tests;

/// <summary>
/// Numbers of lines in the log, by which people filter: 1000s are the coordinator's, 2000s anybody's, 4000s the worker's, 5000s the node's.
/// </summary>
public partial class LogEventTests
{
    private static readonly Dictionary<string, (int First, int Last)> Numbers = new()
    {
        ["src/Coordinator"] = (1000, 1999), ["src/Shared"] = (2000, 2999), ["src/Worker"] = (4000, 4999), ["src/Cli"] = (5000, 5999),
    };

    private static List<(string Project, int Number, string Method)> Events { get; } =
    [
        .. from folder in Numbers.Keys
           from file in SourceTree.Files(folder, ".cs")
           from match in Event().Matches(File.ReadAllText(file))
           select (folder, int.Parse(match.Groups["number"].ValueSpan), match.Groups["method"].Value),
    ];

    [Fact]
    public void Numbers_OfAllEvents_AreOfOneEventEachAndOfTheirProject()
    {
        Assert.NotEmpty(Events);
        Assert.Empty(Events.GroupBy(line => line.Number).Where(same => same.Count() > 1)
            .Select(same => $"{same.Key}: {string.Join(", ", same.Select(line => line.Method))}"));
        Assert.All(Events, line => Assert.InRange(line.Number, Numbers[line.Project].First, Numbers[line.Project].Last));
    }

    [Fact]
    public void Events_AllOfThem_AreWritten()
    {
        // A class of log lines is named where another class writes one; what a class has for itself alone, its own file writes.
        var sources = SourceTree.Files("src", ".cs").Select(File.ReadAllText).ToList();
        Assert.Empty(
            from file in sources
            from match in Event().Matches(file)
            let method = match.Groups["method"].Value
            let name = Regex.Match(file, @"\bpartial class (\w+)").Groups[1].Value
            where !sources.Any(text => Regex.IsMatch(text, $@"\b{name}\.{method}\b")) && !Regex.IsMatch(file, $@"(?<!partial void ){method}\(")
            select $"{match.Groups["number"].Value}: {name}.{method}");
    }

    [Fact]
    public void Events_AllOfThem_HaveTheirNumberFirst()
    {
        Assert.Equal(Events.Count, SourceTree.Files("src", ".cs").Sum(file => Regex.Count(File.ReadAllText(file), @"\[LoggerMessage\(")));
    }

    [GeneratedRegex(@"LoggerMessage\((?<number>\d+),.*?partial void (?<method>\w+)\(", RegexOptions.Singleline)]
    private static partial Regex Event();
}
