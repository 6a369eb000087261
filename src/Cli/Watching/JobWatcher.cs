using DistTrain.Cli.Client;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Watching;

/// <summary>Reads a job's feed and shows it until the job ends.</summary>
public sealed class JobWatcher(JobsClient client, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(300);

    /// <summary>How long the coordinator may be gone before watching gives up: long enough for it to be restarted.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly SeenSteps _seen = new();

    /// <summary>What was seen of the steps, for curves.</summary>
    public IReadOnlyList<(string Phase, StepRecord Step)> Steps => _seen.Steps;

    /// <summary>What was seen of the validations, in order.</summary>
    public List<ValidationRecord> Validations { get; } = [];

    /// <returns>The job as it ended.</returns>
    /// <exception cref="UsageException">No such job.</exception>
    public async Task<JobsProtocol.JobStatus> Watch(JobId job, IJobView view, CancellationToken stop)
    {
        var place = FeedPlace.Start;
        while (true)
        {
            if (await client.Ask(place.Question(job), Patience, stop) is not JobsProtocol.Feed page)
                throw new UsageException($"There is no job {job}. 'disttrain jobs' lists those there are.");
            place = place.Behind(page);
            foreach (var item in page.Items)
            {
                if (item.Step is not null && !_seen.Take(item)) continue;
                if (item.Validation is { } validation) Validations.Add(validation);
                view.Show(item);
            }
            if (page.Ended) break;
            if (page.Items.Count == 0) await Task.Delay(Interval, clock, stop);
        }
        var status = (JobsProtocol.JobStatus)await client.Ask(new JobsProtocol.GetStatus(job), Patience, stop);
        view.End(status, Validations);
        return status;
    }
}
