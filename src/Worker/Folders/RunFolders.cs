using DistTrain.Shared.Protocol;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Folders;

/// <summary>Opens the folders of jobs: as they are where this worker sees them, else as a cache has them.</summary>
internal sealed class RunFolders(CacheOptions options, TimeProvider clock, ILogger log)
{
    private readonly FileCache _cache = new(options, clock);

    /// <summary>The folder of an assignment's job, for one generation.</summary>
    /// <exception cref="InvalidDataException">The assignment is not one that files can be fetched for.</exception>
    public IRunFolder Open(TrainingProtocol.StartGeneration assignment)
    {
        if (assignment.Store is not { } store || Sees(assignment.RunFolder, store.Mark))
        {
            LogMessages.FolderSeen(log, assignment.RunFolder);
            return new SharedFolder(assignment);
        }
        return new CachedFolder(assignment, store, _cache, clock, log);
    }

    // A path proves nothing: every machine may have a folder of that name.
    private static bool Sees(string folder, string mark)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, StoreAddress.MarkFile)) == mark;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
