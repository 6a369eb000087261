using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Jobs;

namespace DistTrain.Coordinator.Checkpoints;

/// <summary>A job's own copy of the checkpoint that it starts from, so that nobody else's retention takes it away.</summary>
public static class StartCopy
{
    /// <summary>Verifies the checkpoint and copies what the job needs of it. A whole copy of the same files that is there is used again.</summary>
    /// <param name="start">With the full path of a checkpoint.</param>
    /// <param name="log">Is told in one sentence.</param>
    /// <returns>Full path of the copy.</returns>
    /// <exception cref="CheckpointDamagedException">A file of the checkpoint is missing or not what was written.</exception>
    public static string Take(StartSpec start, string runFolder, Action<string> log)
    {
        var (source, copy) = (start.Checkpoint, CheckpointFiles.Start(runFolder));
        var needed = Needed(CheckpointManifest.Read(source), start);
        if (IsCopied(copy, needed))
        {
            log($"Start: checkpoint {source}, copied before.");
            return copy;
        }
        needed.Verify(source);
        Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
        CheckpointFolder.Write(copy, generation: null, folder =>
        {
            foreach (var name in needed.Files.Keys) Copy(Path.Combine(source, name), Path.Combine(folder, name));
        });
        log($"Start: checkpoint {source}, copied to {copy}.");
        return copy;
    }

    // Adam's moments are two thirds of a checkpoint, and of no use where Adam begins anew.
    private static CheckpointManifest Needed(CheckpointManifest all, StartSpec start) => new(all.Files
        .Where(file => start.Optimizer == StartSpec.Keep || file.Key != CheckpointFiles.Optimizer)
        .ToDictionary(file => Path.GetFileName(file.Key), file => file.Value));

    private static bool IsCopied(string copy, CheckpointManifest needed)
    {
        if (!JobFolder.IsCheckpoint(copy)) return false;
        try
        {
            var own = CheckpointManifest.Read(copy);
            if (own.Files.Count != needed.Files.Count || needed.Files.Any(file => own.Files.GetValueOrDefault(file.Key) != file.Value)) return false;
            own.Verify(copy);
            return true;
        }
        catch (CheckpointDamagedException)
        {
            // It is copied again, and whether that can be done is then said.
            return false;
        }
    }

    // Not File.Copy, which would keep the copy from being written where the original is read-only.
    private static void Copy(string from, string to)
    {
        using var read = File.OpenRead(from);
        using var written = File.Create(to);
        read.CopyTo(written);
    }
}
