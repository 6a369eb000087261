namespace DistTrain.Cli.Nodes;

/// <summary>Keeps two coordinators from using one state folder at once. The lock goes with the process, however it ends.</summary>
internal static class StateFolderLock
{
    /// <exception cref="UsageException">Another process holds it, or the folder cannot be written.</exception>
    public static FileStream Take(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return new FileStream(Path.Combine(folder, "coordinator.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The state folder '{Path.GetFullPath(folder)}' cannot be used: {failure.Message} Another coordinator may be using it; end it, or choose another folder.");
        }
    }
}
