using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Datasets.Stores;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Text;
using DistTrain.Shared.Transfer;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Folders;

/// <summary>What of a job's folder a worker needs that does not see it: fetched from the coordinator's store, and brought there.</summary>
internal sealed class CachedFolder(TrainingProtocol.StartGeneration assignment, StoreAddress store, FileCache cache, TimeProvider clock, ILogger log)
    : IRunFolder
{
    /// <summary>A coordinator that is started again is back within seconds.</summary>
    private static readonly TimeSpan[] Delays = [.. new[] { 1, 2, 4, 8 }.Select(seconds => TimeSpan.FromSeconds(seconds))];

    private readonly LocalPaths _paths = new(assignment, cache.Folder);
    private readonly JobStoreClient _store = new(store, assignment.Job);
    private readonly List<IDisposable> _uses = [];
    private long _bytes;

    /// <inheritdoc/>
    public TrainingProtocol.StartGeneration Assignment => _paths.Map();

    /// <inheritdoc/>
    public void Begin(CancellationToken stop)
    {
        Hold(_paths.Run, stop);
        try
        {
            _store.Begin(assignment.Generation, stop);
        }
        catch (TransferException)
        {
            // The first checkpoint begins with the same, and its trouble is told.
        }
    }

    /// <inheritdoc/>
    public void Fetch(bool isHeld, CancellationToken stop)
    {
        var start = clock.GetTimestamp();
        Hold(_paths.Run, stop);
        Hold(_paths.Tokenizer, stop);
        FetchTokenizer(stop);
        if (!isHeld)
        {
            foreach (var data in assignment.Data.Phases[assignment.PhaseIndex].Stores().DistinctBy(data => data.Hash))
            {
                Hold(LocalPaths.Store(data), stop);
                FetchData(data, stop);
            }
        }
        // Its weights, or the optimizer that goes on.
        if (assignment.PhaseStart is { } begin && (!isHeld || assignment is { ResumeFrom: null, Held: null })) FetchCheckpoint(begin, stop);
        if (assignment is { ResumeFrom: { } resume, Held: null }) FetchCheckpoint(resume, stop);
        LogMessages.FolderFetched(log, assignment.RunFolder, _bytes / 1e6, _store.Address, clock.GetElapsedTime(start).TotalSeconds, cache.Folder);
        cache.Trim();
    }

    /// <inheritdoc/>
    public string Deliver(string checkpoint, CancellationToken stop)
    {
        var (start, original) = (clock.GetTimestamp(), _paths.Original(checkpoint));
        var bytes = _store.Bring(checkpoint, Asked(original), assignment.Generation, stop);
        LogMessages.CheckpointBrought(log, original, bytes / 1e6, _store.Address, clock.GetElapsedTime(start).TotalSeconds);
        ForgetOlder(checkpoint);
        return original;
    }

    public void Dispose() => _uses.ForEach(use => use.Dispose());

    private void Hold(string entry, CancellationToken stop) => _uses.Add(cache.Hold(entry, stop));

    private void FetchTokenizer(CancellationToken stop)
    {
        var local = _paths.Full(_paths.Tokenizer);
        if (IsTokenizer(local)) return;
        using var incoming = cache.Receive(stop);
        Receive(Asked(assignment.Data.TokenizerFolder), incoming.Path, stop);
        if (!IsTokenizer(incoming.Path)) throw NotWhatIsAsked(assignment.Data.TokenizerFolder);
        Place(incoming.Path, local, () => IsTokenizer(local));
    }

    private bool IsTokenizer(string folder)
    {
        try
        {
            return Directory.Exists(folder) && TokenizerPair.Load(folder).Hash == assignment.Data.TokenizerHash;
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            return false;
        }
    }

    private void FetchData(StoreRef data, CancellationToken stop)
    {
        var local = _paths.Full(LocalPaths.Store(data));
        if (IsStore(local, data)) return;
        using var incoming = cache.Receive(stop);
        Receive(Asked(data.Path), incoming.Path, stop);
        var received = Path.Combine(incoming.Path, Path.GetFileName(data.Path));
        if (!IsStore(received, data)) throw NotWhatIsAsked(data.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(local)!);
        File.Move(received, local, overwrite: true);
    }

    private static bool IsStore(string file, StoreRef data)
    {
        if (!File.Exists(file)) return false;
        try
        {
            using var open = TokenStore.Open(file);
            return open.Hash == data.Hash;
        }
        catch (Exception e) when (e is DamagedStoreException or IOException)
        {
            return false;
        }
    }

    /// <summary>One that lies here may be of another generation than the one of that name that the coordinator has: the manifest tells.</summary>
    private void FetchCheckpoint(string original, CancellationToken stop)
    {
        var local = _paths.Local(original);
        using var incoming = cache.Receive(stop);
        try
        {
            Receive($"{Asked(original)}/{CheckpointFiles.Manifest}", incoming.Path, stop);
            if (IsCheckpoint(local, Path.Combine(incoming.Path, CheckpointFiles.Manifest))) return;
            Receive(Asked(original), incoming.Path, stop);
            CheckpointManifest.Read(incoming.Path).Verify(incoming.Path);
        }
        catch (TransferException e) when (e.IsMissing)
        {
            throw new CheckpointDamagedException(original, "is missing", e);
        }
        catch (CheckpointDamagedException e)
        {
            // It is so on the coordinator's disk: the transfer was verified.
            throw new CheckpointDamagedException(Path.Combine(original, Path.GetFileName(e.File)), e.Reason, e);
        }
        var manifest = Path.Combine(incoming.Path, CheckpointFiles.Manifest);
        Place(incoming.Path, local, () => IsCheckpoint(local, manifest));
    }

    private static bool IsCheckpoint(string folder, string manifest)
    {
        var own = Path.Combine(folder, CheckpointFiles.Manifest);
        if (!File.Exists(own) || !File.ReadAllBytes(own).AsSpan().SequenceEqual(File.ReadAllBytes(manifest))) return false;
        try
        {
            CheckpointManifest.Read(folder).Verify(folder);
            return true;
        }
        catch (CheckpointDamagedException)
        {
            return false;
        }
    }

    private void Receive(string path, string into, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                _bytes += _store.Fetch(path, into, stop);
                return;
            }
            catch (TransferException e) when (!e.IsRefused && attempt < Delays.Length)
            {
                LogMessages.FetchTriedAgain(log, e.Message);
                stop.WaitHandle.WaitOne(Delays[attempt]);
                stop.ThrowIfCancellationRequested();
            }
        }
    }

    /// <summary>
    /// Gives what was fetched its name. Another worker of this machine may have been faster, with the same, and be reading it: then it stays.
    /// </summary>
    /// <param name="isValid">Whether what has the name is what was asked for.</param>
    private static void Place(string received, string local, Func<bool> isValid)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(local)!);
        if (Directory.Exists(local) && !isValid()) Directory.Delete(local, recursive: true);
        try
        {
            Directory.Move(received, local);
        }
        catch (IOException) when (Directory.Exists(local) && isValid())
        {
            // It is there.
        }
    }

    // The newest may be gone on from; those of other phases may be loaded by another worker of this machine.
    private static void ForgetOlder(string checkpoint)
    {
        var phase = CheckpointFiles.PlaceOf(checkpoint)?.Phase;
        foreach (var other in Directory.GetDirectories(Path.GetDirectoryName(checkpoint)!))
            if (other != checkpoint && CheckpointFiles.PlaceOf(other)?.Phase == phase) JobCheckpoints.Delete(other);
    }

    private string Asked(string original) => Path.GetRelativePath(assignment.RunFolder, original).Replace(Path.DirectorySeparatorChar, '/');

    private InvalidDataException NotWhatIsAsked(string original) => new(
        $"'{original}', fetched from the coordinator's store at {_store.Address}, is not what generation {assignment.Generation} of job " +
        $"{assignment.Job} trains on. Pause the job and take it up again with 'disttrain resume', which prepares its data anew.");
}
