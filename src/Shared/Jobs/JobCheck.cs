namespace DistTrain.Shared.Jobs;

/// <summary>Everything that is looked at before a job is taken: its text, the data that it names, and keys that would do nothing.</summary>
/// <param name="Spec">The job; null when there are problems.</param>
/// <param name="Problems">Why it is refused, by line.</param>
/// <param name="Warnings">What to think about before it starts, by line; it starts all the same.</param>
public sealed record JobCheck(JobSpec? Spec, IReadOnlyList<Problem> Problems, IReadOnlyList<Problem> Warnings)
{
    /// <param name="text">The file's content.</param>
    /// <param name="fileName">Its name, for the sentences.</param>
    /// <param name="dataRoot">Folder that relative data paths start from.</param>
    public static JobCheck Of(string text, string fileName, string dataRoot)
    {
        var read = JobSpecReader.Read(text, fileName);
        List<Problem> problems = [.. read.Problems.Concat(read.Refusals).Concat(JobSpecFiles.MissingFiles(read, dataRoot)).OrderBy(problem => problem.Line)];
        return new(problems.Count == 0 ? read.Spec : null, problems, read.Warnings);
    }
}
