namespace DistTrain.Shared.Checkpoints;

/// <summary>A checkpoint cannot be used: one of its files is not what was written.</summary>
/// <param name="file">Full path.</param>
/// <param name="reason">The end of a sentence that begins with the file.</param>
public sealed class CheckpointDamagedException(string file, string reason, Exception? cause = null)
    : IOException($"The checkpoint file '{file}' {reason}, so the checkpoint cannot be used. Restore its folder from a copy, or remove the folder " +
        "and go on from the checkpoint before it.", cause)
{
    /// <summary>Full path of the file.</summary>
    public string File { get; } = file;

    /// <summary>The end of a sentence that begins with the file.</summary>
    public string Reason { get; } = reason;
}
