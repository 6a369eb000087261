namespace DistTrain.Worker.Training;

/// <summary>
/// What the job's own file asks for cannot be trained, on any set of members. The message is a sentence for the user, with the remedy.
/// </summary>
public sealed class TrainingException(string message, Exception? cause = null) : Exception(message, cause);
