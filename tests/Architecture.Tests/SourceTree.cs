using DistTrain.TestSupport;

namespace DistTrain.Architecture.Tests;

/// <summary>The repository's own files, as a clone holds them: without build outputs, runs, the state of a coordinator and git's folder.</summary>
internal static class SourceTree
{
    private static readonly HashSet<string> Outputs = ["bin", "obj", ".git", "runs", "state", "artifacts", "TestResults", ".vs", ".idea"];

    /// <summary>Paths of all files below <paramref name="folder"/> (of the repository) whose names end with <paramref name="ending"/>.</summary>
    public static IEnumerable<string> Files(string folder, string ending = "") =>
        Below(new DirectoryInfo(Full(folder))).Where(path => path.EndsWith(ending, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public static string Full(string path) => Path.Combine(Repository.Root, path);

    public static string Read(string path) => File.ReadAllText(Full(path));

    /// <summary>The path from the repository's root, for messages.</summary>
    public static string Short(string path) => Path.GetRelativePath(Repository.Root, path);

    public static bool Exists(string path) => File.Exists(Full(path)) || Directory.Exists(Full(path));

    private static IEnumerable<string> Below(DirectoryInfo folder) =>
        folder.EnumerateFileSystemInfos().Where(child => !Outputs.Contains(child.Name))
            .SelectMany(child => child is DirectoryInfo inner ? Below(inner) : [child.FullName]);
}
