using System.Text.RegularExpressions;
using DistTrain.TestSupport;

namespace DistTrain.Cli.Tests;

/// <summary>
/// A command line that a document or a deployment file shows, as words; what the reader or a shell fills in is filled in with 1, a probability P with
/// 0.5.
/// </summary>
/// <param name="Place">File, line and text, for messages.</param>
internal sealed partial record ShownCommand(string Place, string[] Words)
{
    /// <summary>Of README, the guides and benchmarks, and everything under deploy.</summary>
    public static IReadOnlyList<ShownCommand> All { get; } =
    [
        .. Files("docs", "*.md").Prepend("README.md").SelectMany(file => In(file, Shown(Read(file)))),
        .. Files("deploy", "*").Where(file => !file.EndsWith(".json", StringComparison.Ordinal)).SelectMany(file => In(file, Read(file))),
    ];

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => Path.GetRelativePath(Repository.Root, file));

    private static string Read(string file) => File.ReadAllText(Path.Combine(Repository.Root, file));

    private static IEnumerable<ShownCommand> In(string file, string text) =>
        from line in text.Split('\n').Select((content, index) => (Text: content, Place: $"{file}:{index + 1}: {content.Trim()}"))
        from start in Starts().Matches(line.Text)
        let words = Arguments().Match(line.Text, start.Index + start.Length).Groups["word"].Captures.Select(word => Filled(word.Value)).ToArray()
        where words.Length > 0
        select new ShownCommand(line.Place, words);

    private static string Filled(string word)
    {
        var bare = word.Trim(',', ']').Replace("\"", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal);
        return bare == "P" ? "0.5" : Placeholders().Replace(bare, "1");
    }

    /// <summary>A document's shell blocks, indented lines, and inline code that begins as in a shell; all lines keep their numbers.</summary>
    private static string Shown(string document)
    {
        string? fence = null;
        return string.Join('\n', document.Split('\n').Select(line =>
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
                return fence == "sh" || (fence is null && line.StartsWith("    ", StringComparison.Ordinal))
                    ? line : string.Join(" ; ", InlineCode().Matches(line));
            fence = fence is null ? line[3..] : null;
            return "";
        }));
    }

    /// <summary>
    /// The program's name as one starts it: in a shell, a unit, a compose file's or a pod's list of arguments. Elsewhere the word is a name.
    /// </summary>
    [GeneratedRegex(@"\./disttrain |(?<![\w./:@-]|kubectl -n )disttrain (?=[a-z])|/DistTrain\.Cli (?=[a-z])|^\s*command: (?=[a-z])|^\s*args: \[")]
    private static partial Regex Starts();

    /// <summary>Words up to what ends a command: a pipe, a redirection, a comment, the quote around it.</summary>
    [GeneratedRegex("""\G(?!#)(?<word>(?:"[^"]*"|'[^']*'|[^\s"'|<>&;])+)(?:[ ]+(?!#)(?<word>(?:"[^"]*"|'[^']*'|[^\s"'|<>&;])+))*""")]
    private static partial Regex Arguments();

    /// <summary>Words in capitals, and variables of a shell.</summary>
    [GeneratedRegex(@"^[A-Z]+$|\$\$?(?:\{[^}]*\}|\([^)]*\)|\w+)")]
    private static partial Regex Placeholders();

    [GeneratedRegex(@"(?<=`)\./disttrain [^`]+(?=`)")]
    private static partial Regex InlineCode();
}
