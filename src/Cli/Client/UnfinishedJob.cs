using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Client;

/// <summary>A job of the cluster that has not ended, beside a job file.</summary>
/// <param name="Differences">What the file says otherwise, such as <c>phases[0].steps 6000 -> 3</c>; none when the job is the file's.</param>
/// <param name="SameData">Relative data paths start from the same folder.</param>
internal sealed record UnfinishedJob(JobsProtocol.JobStatus Status, IReadOnlyList<string> Differences, bool SameData)
{
    public bool IsSame => Differences.Count == 0;

    /// <summary>Such as <c>Job q-1 is unfinished, at step 300 of 6000 of phase pre</c>.</summary>
    public string Describe() => Status.Phase.Length == 0
        ? $"Job {Status.Job} is unfinished, before its first phase"
        : FormattableString.Invariant($"Job {Status.Job} is unfinished, at step {Status.Step} of {Status.TotalSteps} of phase {Status.Phase}");

    /// <param name="its">What the job does.</param>
    /// <param name="spec">What the file says.</param>
    /// <param name="dataRoot">Full path of the folder that the file's relative data paths start from.</param>
    public static UnfinishedJob Of(JobsProtocol.JobStatus status, JobsProtocol.JobSpecification its, JobSpec spec, string dataRoot) =>
        new(status, [.. Between(its, spec, dataRoot)], its.DataRoot == dataRoot);

    private static IEnumerable<string> Between(JobsProtocol.JobSpecification job, JobSpec spec, string dataRoot)
    {
        if (job.DataRoot != dataRoot) yield return $"the folder of the data, --data {job.DataRoot} -> {dataRoot}";
        var read = JobSpecReader.Read(job.Spec, $"{job.Job}.json");
        if (read.Spec is null) yield return $"the whole file: {string.Join(" ", read.Problems)}";
        else
            foreach (var difference in SpecDifference.Between(read.Spec, spec)) yield return difference.ToString();
    }
}
