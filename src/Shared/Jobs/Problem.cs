namespace DistTrain.Shared.Jobs;

/// <summary>One thing that is wrong with a job file, or does nothing in it.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Line">Line of the file, from 1.</param>
/// <param name="Path">The key it is about, such as <c>phases[0].optimizer.beta2</c>; empty: the file as a whole.</param>
/// <param name="Message">What is wrong, what is expected, and the remedy: whole sentences that name the key.</param>
public sealed record Problem(string File, int Line, string Path, string Message)
{
    /// <summary>
    /// As compilers write it, so that editors find the place: <c>job.yaml:12: phases[0].steps is -3, but must be greater than 0. ...</c>
    /// </summary>
    public override string ToString() => $"{File}:{Line}: {Message}";

    /// <summary>The same, of something that keeps nothing from starting.</summary>
    public string ToWarning() => $"{File}:{Line}: warning: {Message}";
}
