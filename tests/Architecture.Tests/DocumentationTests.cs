using System.Text.RegularExpressions;

namespace DistTrain.Architecture.Tests;

public partial class DocumentationTests
{
    private const string Architecture = "docs/architecture.md";

    [Fact]
    public void ArchitectureDocument_NamesOnlyFilesThatExist()
    {
        var named = PathsInCode().Matches(SourceTree.Read(Architecture)).Select(match => match.Groups["path"].Value.TrimEnd('/')).Distinct().ToList();
        Assert.NotEmpty(named);
        Assert.All(named, path => Assert.True(SourceTree.Exists(path), $"{Architecture} names '{path}', which does not exist."));
    }

    [Fact]
    public void ArchitectureDocument_NamesEveryFolderUnderSrc()
    {
        var text = SourceTree.Read(Architecture);
        var folders = SourceTree.Files("src", ".cs").Select(file => SourceTree.Short(Path.GetDirectoryName(file)!)).Distinct();
        Assert.All(folders, folder => Assert.Contains(folder + "/", text, StringComparison.Ordinal));
    }

    /// <summary>Who follows one thing goes from room to room, and comes back to none.</summary>
    [Fact]
    public void Walks_OfTheArchitectureDocument_EnterNoRoomTwice()
    {
        var walks = Walks().Matches(SourceTree.Read(Architecture)).ToDictionary(
            walk => walk.Groups["name"].Value,
            walk => PathsInCode().Matches(walk.Groups["steps"].Value).Select(match => Path.GetDirectoryName(match.Groups["path"].Value)!).ToList());
        Assert.Equal(["A batch", "A gradient", "A checkpoint", "A job key"], walks.Keys);
        foreach (var (name, rooms) in walks)
        {
            var entered = rooms.Where((room, place) => place == 0 || rooms[place - 1] != room).ToList();
            Assert.True(entered.Count > 2 && entered.Distinct().Count() == entered.Count, $"{name}: {string.Join(", ", entered)}");
        }
    }

    [Fact]
    public void Links_OfEveryDocument_LeadToFilesThatExist()
    {
        var broken =
            from document in SourceTree.Files(".", ".md")
            from link in RelativeLinks().Matches(File.ReadAllText(document))
            let target = Path.Combine(Path.GetDirectoryName(document)!, link.Groups["target"].Value)
            where !File.Exists(target) && !Directory.Exists(target)
            select $"{SourceTree.Short(document)}: {link.Groups["target"].Value}";
        Assert.Empty(broken);
    }

    [Fact]
    public void Readme_TestCommand_IsTheOneThatCiRuns()
    {
        var command = ShellLines().Matches(SourceTree.Read("README.md")).Select(match => match.Groups["line"].Value)
            .Single(line => line.StartsWith("dotnet test", StringComparison.Ordinal));
        Assert.Contains(File.ReadLines(SourceTree.Full(".ci/run")),
            line => line == command || line.StartsWith(command + " ||", StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_LauncherCommands_NameJobFilesThatExist()
    {
        var commands = ShellLines().Matches(SourceTree.Read("README.md")).Select(match => match.Groups["line"].Value)
            .Where(line => line.StartsWith("./disttrain ", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(commands);
        Assert.True(File.Exists(SourceTree.Full("disttrain")));
        Assert.All(commands.SelectMany(line => line.Split(' ')).Where(word => word.StartsWith("deploy/", StringComparison.Ordinal)),
            file => Assert.True(SourceTree.Exists(file), $"README.md runs '{file}', which does not exist."));
    }

    [GeneratedRegex(@"^- \*\*(?<name>A [\w ]+)\*\*:\n(?<steps>(  .*\n)+)", RegexOptions.Multiline)]
    private static partial Regex Walks();

    /// <summary>Inline code that looks like a path from the repository's root: it has a slash or ends in .cs.</summary>
    [GeneratedRegex(@"`(?<path>[\w.-]+(/[\w.-]+)*/?(?<=/[^`]*|\.cs))`")]
    private static partial Regex PathsInCode();

    [GeneratedRegex(@"\]\((?<target>(?![a-z]+:)[^)#\s]+)(#[^)]*)?\)")]
    private static partial Regex RelativeLinks();

    /// <summary>Lines of shell code blocks.</summary>
    [GeneratedRegex(@"(?<=^```(bash|sh|shell)\n(?:(?!```)[^\n]*\n)*)(?<line>(?!```)[^\n]+)", RegexOptions.Multiline)]
    private static partial Regex ShellLines();
}
