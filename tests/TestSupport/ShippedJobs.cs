namespace DistTrain.TestSupport;

/// <summary>The job files that people begin with: those of <c>deploy/jobs</c>, and the one that the README shows.</summary>
public static class ShippedJobs
{
    /// <summary>Stands for the file that the README shows.</summary>
    public const string OfTheReadme = "README.md";

    private const string Fence = "```";

    private static readonly string Folder = Path.Combine(Repository.Root, "deploy", "jobs");

    /// <summary>Of the files, which all are jobs but the schema.</summary>
    public static IEnumerable<string> Names =>
        Directory.GetFiles(Folder).Select(file => Path.GetFileName(file)).Where(name => name != "job.schema.json").Order(StringComparer.Ordinal);

    public static string Text(string name) => name == OfTheReadme
        ? Shown(File.ReadAllText(Path.Combine(Repository.Root, OfTheReadme))) : File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>The one block of YAML.</summary>
    private static string Shown(string page)
    {
        var blocks = page.Split($"{Fence}yaml\n")[1..];
        return blocks.Length == 1
            ? blocks[0][..blocks[0].IndexOf(Fence, StringComparison.Ordinal)]
            : throw new InvalidDataException($"{OfTheReadme} shows {blocks.Length} job files. Say here which is the one.");
    }
}
