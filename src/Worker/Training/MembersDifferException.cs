namespace DistTrain.Worker.Training;

/// <summary>The members have different parameters, and no majority says whose are right. The message is a sentence for the user.</summary>
public sealed class MembersDifferException(string message) : Exception(message);
