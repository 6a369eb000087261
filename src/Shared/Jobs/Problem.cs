namespace DistTrain.Shared.Jobs;

/// <summary>One thing that is wrong with a job file.</summary>
/// <param name="File">Name of the job file.</param>
/// <param name="Line">1-based line, or null when the key is not written in the file.</param>
/// <param name="Path">Where in the specification, such as <c>phases[0].optimizer.beta2</c>; empty for the file as a whole.</param>
/// <param name="Message">What it is, what was expected, and the remedy: the rest of a sentence that begins with the path.</param>
public sealed record Problem(string File, int? Line, string Path, string Message)
{
    /// <summary>As a person reads it: <c>job.yaml:12: phases[0].steps is -3, but must be greater than 0.</c></summary>
    public override string ToString() => $"{File}{(Line is { } line ? $":{line}" : "")}: {(Path.Length > 0 ? Path + " " : "")}{Message}";
}

/// <summary>A rule that a part of a specification breaks, before it is known where the part was written.</summary>
/// <param name="Path">Path of the value.</param>
/// <param name="Message">The rest of the sentence.</param>
public readonly record struct Violation(string Path, string Message);
