using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Options;
using DistTrain.Shared;
using DistTrain.Shared.Datasets.Preparation;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// What a job is to do from now on, and what is to be said of it: examined as a submitted file is, but for what the job has been taken with.
/// </summary>
/// <param name="Asked">What was asked for.</param>
/// <param name="Job">The state in which the job was examined.</param>
/// <param name="Spec">The job; null when it is refused.</param>
/// <param name="Refusals">Why, one line each.</param>
/// <param name="Warnings">Likewise, of a job that is taken; null: none.</param>
public sealed record ChangedJob(JobsProtocol.ResumeJob Asked, JobState Job, JobSpec? Spec, IReadOnlyList<string> Refusals,
    IReadOnlyList<string>? Warnings)
{
    /// <summary>Files of its prepared data are gone.</summary>
    public bool DataIsMissing { get; private init; }

    public static ChangedJob Examine(JobsProtocol.ResumeJob resume, JobState job, CoordinatorOptions options)
    {
        var file = Readable.Line(resume.FileName ?? $"{job.Job}.json");
        try
        {
            JobResumption? resumption = null;
            var dataIsMissing = job.Data is { } data && StoresOf(data).Any(store => !File.Exists(store.Path));
            var check = JobCheck.OfChange(resume.Spec, file, options.Places(job.DataRoot), job.Spec,
                wanted => (resumption = JobResumption.Of(job, wanted, dataIsMissing)).Prepares);
            List<string> refusals = [.. check.Problems.Select(problem => Readable.Line(problem.ToString())),
                .. (resumption?.Refusals ?? []).Select(Readable.Line)];
            List<string> warnings = [.. check.Warnings.Select(warning => Readable.Line(warning.ToWarning()))];
            return new(resume, job, refusals.Count == 0 ? check.Spec : null, refusals, warnings.Count > 0 ? warnings : null)
            {
                DataIsMissing = dataIsMissing,
            };
        }
        catch (Exception failure)
        {
            // Of every kind: a client that is not answered waits.
            return new(resume, job, null, [Readable.Line($"{file}: it cannot be examined: {failure.Message} Correct the file and the data folder.")],
                null);
        }
    }

    private static IEnumerable<StoreRef> StoresOf(PreparedData data) => data.Phases.SelectMany(phase => phase.Stores());
}
