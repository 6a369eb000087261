using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Jobs.Checks;

/// <summary>
/// Everything that is looked at before a job is taken: its text, its start, the data that it names, and keys that would do nothing.
/// </summary>
/// <param name="Spec">The job, with the checkpoint that it starts from; null when there are problems.</param>
/// <param name="Problems">Why it is refused, by line.</param>
/// <param name="Warnings">What to think about before it starts, by line; it starts all the same.</param>
public sealed record JobCheck(JobSpec? Spec, IReadOnlyList<Problem> Problems, IReadOnlyList<Problem> Warnings)
{
    /// <summary>
    /// The job as its file says it, also where a start has other things to say, with the checkpoint that it starts from; null when there are
    /// problems.
    /// </summary>
    public JobSpec? AsWritten { get; init; }

    /// <param name="text">The file's content.</param>
    /// <param name="fileName">Its name, for the sentences.</param>
    /// <param name="places">Where its files are looked for.</param>
    /// <param name="start">What the job starts from in place of what its key says; null: that.</param>
    public static JobCheck Of(string text, string fileName, StartPlaces places, string? start = null)
    {
        var file = JobSpecReader.Read(text, fileName);
        var read = JobStart.Fit(file, places, start);
        return Found(file, read, [.. Judged(read), .. JobSpecFiles.MissingFiles(read, places.DataRoot, places.Allowed)], read.Warnings);
    }

    /// <summary>
    /// The same of a file that changes a job: what the job had against it, or to no effect, when it was taken keeps nothing from going on.
    /// </summary>
    /// <param name="taken">The job as it is stored.</param>
    /// <param name="prepares">Whether data have to be prepared for what the file says; otherwise nobody reads them.</param>
    public static JobCheck OfChange(string text, string fileName, StartPlaces places, JobSpec taken, Func<JobSpec, bool> prepares)
    {
        var file = JobSpecReader.Read(text, fileName);
        var read = JobStart.Fit(file, places, taken: taken);
        var stored = JobStart.Fit(JobSpecReader.Read(JobSpecWriter.ToJson(taken), fileName), places, taken: taken);
        return Found(
            file, read,
            [
                .. New(Judged(read), Judged(stored)),
                .. read.Spec is { } wanted && prepares(wanted) ? JobSpecFiles.MissingFiles(read, places.DataRoot, places.Allowed) : [],
            ],
            New(read.Warnings, stored.Warnings));
    }

    private static JobCheck Found(JobSpecResult file, JobSpecResult read, IEnumerable<Problem> further, IReadOnlyList<Problem> warnings)
    {
        List<Problem> problems = [.. read.Problems.Concat(further).OrderBy(problem => problem.Line)];
        if (problems.Count == 0 && Unstorable(read.Spec!, read.File) is { } because) problems.Add(new(read.File, 1, "", because));
        if (problems.Count > 0) return new(null, problems, warnings);
        return new(read.Spec, [], warnings) { AsWritten = file.Draft! with { Start = read.Spec!.Start } };
    }

    /// <summary>Why the job could not be read again as it is stored, with every default written out; null when it can be.</summary>
    private static string? Unstorable(JobSpec spec, string file)
    {
        var stored = JobSpecWriter.ToJson(spec);
        if (stored.Length > Limits.SpecCharacters)
            return $"With every default written out, as jobs are stored, it has {stored.Length} characters, but at most {Limits.SpecCharacters} " +
                "are read again. Give it fewer phases.";
        return JobSpecReader.Read(stored, file).Problems is [var first, ..]
            ? $"As it is stored, with every default written out, the job could not be read again: {first.Message}" : null;
    }

    private static IEnumerable<Problem> Judged(JobSpecResult read) => read.Refusals.Concat(read.At(AlignedNoise(read)));

    private static IReadOnlyList<Problem> New(IEnumerable<Problem> now, IEnumerable<Problem> before) =>
        [.. now.ExceptBy(before.Select(problem => (problem.Path, problem.Message)), problem => (problem.Path, problem.Message))];

    // Stored jobs of this kind run as they always did.
    private static IEnumerable<Violation> AlignedNoise(JobSpecResult read)
    {
        if (read.Draft is { Start: null, Phases: [{ Kind: { WithoutStart: { } reason } kind } phase, ..] }
            && !read.Written.Contains(JobSpec.StartKey))
            yield return new("phases[0].type", $"phases[0] ({phase.Name}) is of type {kind.Word}, but the job starts from nothing: {reason}");
    }
}
