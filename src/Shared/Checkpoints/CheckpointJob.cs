using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Checkpoints;

/// <summary>The job file of a checkpoint: what the job was to do when the checkpoint was written.</summary>
internal static class CheckpointJob
{
    /// <summary>What its file says; null where there is none.</summary>
    public static JobSpecResult? Read(string checkpoint) =>
        CheckpointFiles.JobOf(checkpoint) is var file && File.Exists(file) ? JobSpecReader.Read(File.ReadAllText(file), file) : null;
}
