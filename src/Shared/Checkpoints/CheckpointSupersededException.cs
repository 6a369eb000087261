namespace DistTrain.Shared.Checkpoints;

/// <summary>A checkpoint was not kept: its writer belongs to a generation that was given up, and a newer one is there.</summary>
/// <param name="folder">Full path.</param>
/// <param name="generation">The newer generation.</param>
/// <param name="how">What that has done, as the end of a sentence.</param>
public sealed class CheckpointSupersededException(string folder, int generation, string how)
    : IOException($"The checkpoint '{folder}' was not kept: generation {generation}, a newer one, {how}.")
{
    /// <summary>The newer generation.</summary>
    public int Generation { get; } = generation;

    /// <summary>What that has done, as the end of a sentence.</summary>
    public string How { get; } = how;
}
