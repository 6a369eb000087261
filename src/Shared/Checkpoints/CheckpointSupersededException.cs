namespace DistTrain.Shared.Checkpoints;

/// <summary>A checkpoint was not kept: its writer belongs to a generation that was given up, and a newer one has written the same step.</summary>
/// <param name="folder">Full path.</param>
/// <param name="generation">The newer generation.</param>
public sealed class CheckpointSupersededException(string folder, int generation)
    : IOException($"The checkpoint '{folder}' was not kept: generation {generation}, a newer one, has written that step meanwhile.");
