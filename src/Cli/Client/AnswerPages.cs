using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Client;

/// <summary>Reads answers that come in pages.</summary>
internal static class AnswerPages
{
    /// <param name="ask">Asks the coordinator.</param>
    /// <param name="next">The question for the page after this one; null after the last.</param>
    public static async IAsyncEnumerable<T> Read<T>(
        Func<JobsProtocol.IQuestion, Task<T>> ask, JobsProtocol.IQuestion first, Func<T, JobsProtocol.IQuestion?> next)
    {
        for (JobsProtocol.IQuestion? question = first; question is not null;)
        {
            var page = await ask(question);
            yield return page;
            question = next(page);
        }
    }

    /// <summary>The question for the jobs that come after a page of them.</summary>
    public static JobsProtocol.ListJobs? After(JobsProtocol.JobsListed page) =>
        page is { More: true, Jobs: [.., var last] } ? new(last.Job.Value, page.DataRoot) : null;
}
