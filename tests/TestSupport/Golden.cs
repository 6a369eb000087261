namespace DistTrain.TestSupport;

/// <summary>
/// Finds the golden files: values computed by other implementations (PyTorch in float64, sacreBLEU, the DPO authors' loss), and what this program did
/// before.
/// </summary>
public static class Golden
{
    /// <summary>The folder named by <c>DISTTRAIN_GOLDEN</c> when it is set, else <c>tests/Golden</c> of the repository.</summary>
    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("DISTTRAIN_GOLDEN") is { Length: > 0 } named ? named : Path.Combine(Repository.Root, "tests", "Golden");

    /// <summary>A file of <c>tests/Golden</c> that this program itself has written, and no other program can.</summary>
    public static string Own(string name) => Path.Combine(Repository.Root, "tests", "Golden", name);

    /// <summary>The golden files of the folder that match <paramref name="pattern"/>, by name.</summary>
    /// <exception cref="FileNotFoundException">No file matches: a golden test without a golden file would prove nothing.</exception>
    public static IReadOnlyList<string> Files(string pattern)
    {
        var files = Directory.GetFiles(Folder, pattern).Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new FileNotFoundException($"No file '{pattern}' in the golden folder '{Folder}'.");
    }
}
