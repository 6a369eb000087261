using DistTrain.Coordinator.Checkpoints;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Logging;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>The folders of checkpoints follow the catalog: what it does not keep is deleted, and the best is named.</summary>
public sealed partial class JobActor
{
    private void KeepFolders(CheckpointCatalog before, JobState now)
    {
        if (ReferenceEquals(before, now.Checkpoints)) return;
        // A damaged checkpoint stays on disk for whoever can mend it.
        KeepFolders(before.Kept.Except(now.Checkpoints.Kept).Where(dropped => !now.Checkpoints.IsDamaged(dropped)).Select(dropped => dropped.Folder),
            now);
    }

    /// <summary>Does what an earlier life was killed before: it had stored which checkpoints it keeps, and not yet deleted the others.</summary>
    private void TidyFolders(JobState job)
    {
        try
        {
            if (JobCheckpoints.All(job.RunFolder) is { Count: > 0 } found) KeepFolders(found.Where(job.Checkpoints.IsSuperfluous), job);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            using (_log.ForJob(_id.Value))
                LogMessages.FolderTrouble(_log, $"The checkpoints in '{job.RunFolder}' could not be looked through: {failure.Message}. Superfluous " +
                    "ones may be left there; give the coordinator's user the right to read the folder.");
        }
    }

    private void KeepFolders(IEnumerable<string> dropped, JobState now)
    {
        var best = now.Phase is { } phase ? now.Checkpoints.Result(phase.Name) : null;
        var troubles = dropped.Select(JobCheckpoints.Delete).Append(best is null ? null : JobCheckpoints.NameBest(best));
        using (_log.ForJob(_id.Value, now.Phase?.Name, now.Generation, now.Step))
            foreach (var trouble in troubles)
                if (trouble is not null) LogMessages.FolderTrouble(_log, trouble);
    }
}
