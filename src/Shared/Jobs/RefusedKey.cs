namespace DistTrain.Shared.Jobs;

/// <summary>A key that has no place in a type of phases: it may only be 0.</summary>
/// <param name="Description">What editors are told of it there.</param>
/// <param name="Reason">What is told of another value: the end of a sentence, and the remedy.</param>
internal sealed record RefusedKey(string Description, string Reason);
