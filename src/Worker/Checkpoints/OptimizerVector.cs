using DistTrain.Shared.Checkpoints;

namespace DistTrain.Worker.Checkpoints;

/// <summary>One vector of a checkpoint's optimizer file, laid out as the parameters.</summary>
/// <param name="Prefix">What stands before a parameter's name for its part: one of <see cref="CheckpointFiles"/>.</param>
/// <param name="Values">As long as the parameters.</param>
public readonly record struct OptimizerVector(string Prefix, Memory<float> Values);
