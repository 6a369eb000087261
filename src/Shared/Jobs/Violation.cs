namespace DistTrain.Shared.Jobs;

/// <summary>A rule that a specification breaks, wherever the specification comes from.</summary>
/// <param name="Path">As in <see cref="Problem.Path"/>.</param>
/// <param name="Message">As in <see cref="Problem.Message"/>.</param>
public readonly record struct Violation(string Path, string Message);
