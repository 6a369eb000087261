using System.IO.Hashing;
using System.Text;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Client;

/// <summary>What a coordinator has, beside a job file that is about to be submitted.</summary>
/// <param name="Unfinished">The jobs that have not ended, in the order of their ids: those of one name oldest first.</param>
/// <param name="Jobs">How many jobs there are in all.</param>
/// <param name="DataRoot">Full path of the folder that the file's relative data paths start from.</param>
internal sealed record FoundJobs(IReadOnlyList<FoundJob> Unfinished, int Jobs, string DataRoot)
{
    /// <summary>
    /// The newest job of the file's name that has ended with a checkpoint and was not left for a later one; null when there is none.
    /// </summary>
    public FoundJob? Ended { get; init; }

    /// <param name="ask">Asks the coordinator.</param>
    /// <param name="data">Where the file's relative data paths start, as the coordinator sees it; null: the coordinator's own folder.</param>
    public static async Task<FoundJobs> Beside(Func<JobsProtocol.IQuestion, Task<JobsProtocol.IAnswer>> ask, WantedJob wanted, string? data)
    {
        var (found, jobs, root) = (new List<FoundJob>(), 0, "");
        JobsProtocol.JobStatus? ended = null;
        await foreach (var page in AnswerPages.Read(
            async question => (JobsProtocol.JobsListed)await ask(question), new JobsProtocol.ListJobs(DataRoot: data), AnswerPages.After))
        {
            (jobs, root) = (jobs + page.Jobs.Count, page.DataRoot);
            foreach (var listed in page.Jobs)
            {
                // While its coordinator starts, only the job itself knows where it stands, and whether it has ended.
                var job = listed.Status.HasEnded() ? listed : await ask(new JobsProtocol.GetStatus(listed.Job)) as JobsProtocol.JobStatus;
                if (job is null) continue;
                if (!job.Status.HasEnded())
                {
                    if (await Find(ask, job, wanted, root) is { } unfinished) found.Add(unfinished);
                }
                else if (job.Name == wanted.Spec.Name && !FoundJob.IsReplaced(job))
                {
                    if (job.Checkpoint is not null) ended = job;
                    // Whoever began another one left it.
                    else if (ended?.Status != JobStage.Completed) ended = null;
                }
            }
        }
        return new(found, jobs, root) { Ended = ended is null ? null : await Find(ask, ended, wanted, root) };
    }

    /// <summary>Names a submission: sent twice, even by two that found the same, it makes one job.</summary>
    public string RequestId(JobSpec spec)
    {
        var content = XxHash128.Hash(Encoding.UTF8.GetBytes($"{DataRoot}\n{JobSpecWriter.ToJson(spec)}"));
        return FormattableString.Invariant($"{Convert.ToHexStringLower(content)}-{Jobs}");
    }

    private static async Task<FoundJob?> Find(
        Func<JobsProtocol.IQuestion, Task<JobsProtocol.IAnswer>> ask, JobsProtocol.JobStatus status, WantedJob wanted, string root) =>
        await ask(new JobsProtocol.GetSpec(status.Job)) is JobsProtocol.JobSpecification its ? FoundJob.Of(status, its, wanted, root) : null;
}
