namespace DistTrain.Shared.Datasets.Stores;

/// <summary>A token store file is not what was written: cut off, changed, or of another program's version.</summary>
public sealed class DamagedStoreException(string path, string reason) : Exception(
    $"The token store '{path}' {reason}. Delete the file: preparing the job's data writes it again.")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
}
