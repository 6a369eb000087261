using System.Text.RegularExpressions;

namespace DistTrain.Architecture.Tests;

public partial class SourceFileTests
{
    private const int LongestFile = 300, LongestLine = 150;

    [Fact]
    public void Files_OfMoreThan300Lines_GiveTheirReasonOnTheFirstLine()
    {
        var tooLong =
            from file in SourceTree.Files(".", ".cs")
            let lines = File.ReadAllLines(file)
            where lines.Length > LongestFile && !lines[0].StartsWith("// ", StringComparison.Ordinal)
            select $"{SourceTree.Short(file)}: {lines.Length} lines";
        Assert.Empty(tooLong);
    }

    /// <summary>What stands in raw string literals is data, which has the lines that it has.</summary>
    [Fact]
    public void Lines_OfSource_HaveAtMost150Characters()
    {
        var tooLong =
            from file in SourceTree.Files(".", ".cs")
            from line in LinesOfCode(file)
            where line.Text.Length > LongestLine
            select $"{SourceTree.Short(file)}:{line.Number}: {line.Text.Length} characters";
        Assert.Empty(tooLong);
    }

    /// <summary>Tables and what stands between fences have the lines that they have.</summary>
    [Fact]
    public void Lines_OfDocuments_HaveAtMost150Characters()
    {
        var tooLong =
            from file in SourceTree.Files(".", ".md")
            from part in Fences().Split(File.ReadAllText(file)).Index()
            where part.Index % 2 == 0
            from line in part.Item.Split('\n')
            where line.Length > LongestLine && !line.TrimStart().StartsWith('|')
            select $"{SourceTree.Short(file)}: {line}";
        Assert.Empty(tooLong);
    }

    /// <summary>What no analyzer forbids: unfinished work, and ways around the banned symbols.</summary>
    [Theory]
    [InlineData(@"\b(TODO|FIXME|HACK|XXX)\b")]
    [InlineData(@"\bNotImplementedException\b")]
    [InlineData(@"\bThread\.Sleep\b")]
    [InlineData(@"\b(DateTime|DateTimeOffset)\.(Utc)?Now\b")]
    [InlineData(@"\.GetAwaiter\(\)\.GetResult\(\)")]
    [InlineData(@"\.Wait\(\)")]
    [InlineData(@"catch\s*(\([^)]*\))?\s*\{\s*\}")]
    [InlineData(@"RS0030")]
    public void Sources_UnderSrc_HoldNothingUnfinishedOrBanned(string pattern)
    {
        var found =
            from file in SourceTree.Files("src", ".cs")
            let text = File.ReadAllText(file)
            from match in Regex.Matches(text, pattern)
            select $"{SourceTree.Short(file)}:{text.AsSpan(0, match.Index).Count('\n') + 1}: {match.Value}";
        Assert.Empty(found);
    }

    [Fact]
    public void BannedSymbols_OfTheBuild_CoverClockAndBlockingWaits()
    {
        var banned = SourceTree.Read("build/BannedSymbols.txt");
        Assert.Contains("build/BannedSymbols.txt", SourceTree.Read("Directory.Build.props"), StringComparison.Ordinal);
        Assert.All(
            ["System.DateTime.UtcNow", "System.DateTimeOffset.UtcNow", "System.Threading.Thread.Sleep", "System.Threading.Tasks.Task`1.Result"],
            symbol => Assert.Contains(symbol, banned, StringComparison.Ordinal));
    }

    /// <summary>A path of one machine in a file makes every other machine fail.</summary>
    [Fact]
    public void Files_OfTheRepository_NameNoPathOfOneMachine()
    {
        var machinePath = new Regex(@"(?<![\w.\-$}])/(home|Users|work|root)/[\w.]|[A-Z]:\\Users\\");
        var found =
            from file in SourceTree.Files(".")
            where IsText(file)
            from line in File.ReadLines(file).Index()
            where machinePath.IsMatch(line.Item)
            select $"{SourceTree.Short(file)}:{line.Index + 1}: {line.Item.Trim()}";
        Assert.Empty(found);
    }

    private static IEnumerable<(int Number, string Text)> LinesOfCode(string file)
    {
        var isData = false;
        foreach (var (index, line) in File.ReadLines(file).Index())
        {
            var quotes = RawQuotes().Count(line);
            if (!isData && quotes == 0) yield return (index + 1, line);
            if (quotes % 2 == 1) isData = !isData;
        }
    }

    [GeneratedRegex(@"^ *```.*$", RegexOptions.Multiline)]
    private static partial Regex Fences();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawQuotes();

    private static bool IsText(string file)
    {
        if (Path.GetFileName(file) == $"{nameof(SourceFileTests)}.cs") return false;
        var start = new byte[4096];
        using var stream = File.OpenRead(file);
        return !start.AsSpan(0, stream.Read(start)).Contains((byte)0);
    }
}
