namespace DistTrain.TestSupport;

/// <summary>Where the repository under test lies.</summary>
public static class Repository
{
    /// <summary>The folder that holds <c>DistTrain.sln</c>, found upwards from the test's own folder.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "DistTrain.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException($"No folder above '{from}' holds DistTrain.sln.");
    }
}
