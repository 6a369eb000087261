using System.IO.Hashing;
using System.Text;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;

namespace DistTrain.Cli.Client;

/// <summary>What a coordinator has, beside a job file that is about to be submitted.</summary>
/// <param name="Unfinished">The jobs that have not ended, in the order of their ids: those of one name oldest first.</param>
/// <param name="Jobs">How many jobs there are in all.</param>
/// <param name="DataRoot">Full path of the folder that the file's relative data paths start from.</param>
internal sealed record FoundJobs(IReadOnlyList<UnfinishedJob> Unfinished, int Jobs, string DataRoot)
{
    /// <param name="ask">Asks the coordinator.</param>
    /// <param name="spec">What the file says.</param>
    /// <param name="data">Where its relative data paths start, as the coordinator sees it; null: the coordinator's own folder.</param>
    public static async Task<FoundJobs> Beside(Func<IWireMessage, Task<IWireMessage>> ask, JobSpec spec, string? data)
    {
        var (found, jobs, root) = (new List<UnfinishedJob>(), 0, "");
        await foreach (var page in AnswerPages.Read(
            async question => (JobsProtocol.JobsListed)await ask(question), new JobsProtocol.ListJobs(DataRoot: data), AnswerPages.After))
        {
            (jobs, root) = (jobs + page.Jobs.Count, page.DataRoot);
            foreach (var listed in page.Jobs.Where(IsUnfinished))
                if (await Find(ask, listed.Job, spec, root) is { } job) found.Add(job);
        }
        return new(found, jobs, root);
    }

    /// <summary>Names a submission: sent twice, even by two that found the same, it makes one job.</summary>
    public string RequestId(JobSpec spec)
    {
        var content = XxHash128.Hash(Encoding.UTF8.GetBytes($"{DataRoot}\n{JobSpecWriter.ToJson(spec)}"));
        return FormattableString.Invariant($"{Convert.ToHexStringLower(content)}-{Jobs}");
    }

    // While its coordinator starts, only the job itself knows where it stands, and whether it has ended.
    private static async Task<UnfinishedJob?> Find(Func<IWireMessage, Task<IWireMessage>> ask, JobId job, JobSpec spec, string root) =>
        await ask(new JobsProtocol.GetSpec(job)) is JobsProtocol.JobSpecification its
        && await ask(new JobsProtocol.GetStatus(job)) is JobsProtocol.JobStatus status && IsUnfinished(status)
            ? UnfinishedJob.Of(status, its, spec, root)
            : null;

    private static bool IsUnfinished(JobsProtocol.JobStatus job) => job.Status is not ("completed" or "failed" or "cancelled");
}
