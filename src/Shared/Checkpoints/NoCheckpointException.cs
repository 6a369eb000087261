namespace DistTrain.Shared.Checkpoints;

/// <summary>Where somebody said that a checkpoint is, there is none.</summary>
/// <param name="message">Where, and the remedy.</param>
public sealed class NoCheckpointException(string message) : Exception(message);
