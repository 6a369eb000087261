using DistTrain.Shared.Datasets;

namespace DistTrain.Shared.Jobs;

/// <summary>Everything that is looked at before a job is taken: its text, its start, the data that it names, and keys that would do nothing.</summary>
/// <param name="Spec">The job, with the checkpoint that it starts from; null when there are problems.</param>
/// <param name="Problems">Why it is refused, by line.</param>
/// <param name="Warnings">What to think about before it starts, by line; it starts all the same.</param>
public sealed record JobCheck(JobSpec? Spec, IReadOnlyList<Problem> Problems, IReadOnlyList<Problem> Warnings)
{
    /// <param name="text">The file's content.</param>
    /// <param name="fileName">Its name, for the sentences.</param>
    /// <param name="dataRoot">Folder that relative data paths start from.</param>
    /// <param name="start">What the job starts from in place of what its key says; null: that.</param>
    /// <param name="state">As in <see cref="StartPlaces"/>.</param>
    /// <param name="allowed">Where the data must lie; null: anywhere.</param>
    public static JobCheck Of(string text, string fileName, string dataRoot, string? start = null, Func<string, string>? state = null, DataRoots? allowed = null)
    {
        var read = JobStart.Fit(JobSpecReader.Read(text, fileName), new StartPlaces(dataRoot, state), start);
        var missing = JobSpecFiles.MissingFiles(read, dataRoot, allowed);
        List<Problem> problems = [.. read.Problems.Concat(read.Refusals).Concat(read.At(AlignedNoise(read))).Concat(missing).OrderBy(problem => problem.Line)];
        return new(problems.Count == 0 ? read.Spec : null, problems, read.Warnings);
    }

    // Stored jobs of this kind run as they always did.
    private static IEnumerable<Violation> AlignedNoise(JobSpecResult read)
    {
        if (read.Draft is { Start: null, Phases: [DpoPhaseSpec phase, ..] } && !read.Written.Contains("start"))
            yield return new("phases[0].type",
                $"phases[0] ({phase.Name}) is of type dpo, but the job starts from nothing: it would align a model of random weights. Name a trained checkpoint with 'start:' (or --start), or put a supervised phase before it.");
    }
}
