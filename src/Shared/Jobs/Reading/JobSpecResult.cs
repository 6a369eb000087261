using System.Collections.Immutable;

namespace DistTrain.Shared.Jobs.Reading;

/// <summary>What reading a job file gave.</summary>
/// <param name="File">Name of the file.</param>
/// <param name="Spec">The job; null when there is any problem.</param>
/// <param name="Draft">The job with defaults in place of what is wrong, for finding further problems; null when nothing could be read.</param>
/// <param name="Problems">Everything that is wrong, by line.</param>
/// <param name="Lines">The line of each key of the file, by its path such as <c>phases[0].data.train</c>.</param>
public sealed record JobSpecResult(string File, JobSpec? Spec, JobSpec? Draft, IReadOnlyList<Problem> Problems,
    IReadOnlyDictionary<string, int> Lines)
{
    /// <summary>What keeps a new job from being taken, though a stored one runs as it always did: see <see cref="KeyEffects"/>.</summary>
    public IReadOnlyList<Problem> Refusals { get; init; } = [];

    /// <summary>What to think about before the job starts, by line.</summary>
    public IReadOnlyList<Problem> Warnings { get; init; } = [];

    /// <summary>The keys that have a value in the file, by their paths.</summary>
    public IReadOnlySet<string> Written { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>What was found otherwise, with the lines of this file, by line.</summary>
    public IReadOnlyList<Problem> At(IEnumerable<Violation> found) =>
        [.. found.Select(violation => new Problem(File, SpecProblems.LineOf(Lines, violation.Path), violation.Path, violation.Message))
            .OrderBy(problem => problem.Line)];
}
