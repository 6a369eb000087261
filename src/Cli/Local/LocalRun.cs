using DistTrain.Cli.Client;
using DistTrain.Cli.Commands.Cluster;
using DistTrain.Cli.Nodes;
using DistTrain.Cli.Watching;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Local;

/// <summary>One job on a local cluster, from its submission, or from where it was left, to its end.</summary>
internal static class LocalRun
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RosterInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>Starts the cluster, sees the job to its end, and ends the cluster.</summary>
    /// <param name="submit">Submitted as often before, it finds the job that it made, so that an interrupted run goes on.</param>
    /// <returns>The job as it ended, and what was seen on the way.</returns>
    /// <exception cref="LocalClusterException">A process cannot be kept alive.</exception>
    /// <exception cref="UsageException">The job is refused, or another run or coordinator of that folder is under way.</exception>
    public static async Task<(JobsProtocol.JobStatus Status, JobWatcher Watched)> ToEnd(
        JobsProtocol.SubmitJob submit, LocalClusterOptions options, IJobView view, CancellationToken stop)
    {
        using var held = await StateFolderLock.OfRun(options.State, TimeProvider.System, view.Note, stop);
        await using var cluster = LocalCluster.Start(options, TimeProvider.System, view.Note, stop);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var client = new JobsClient($"127.0.0.1:{cluster.Port}", TimeProvider.System);
        var run = Watch(client, submit, options.Devices.Count, view, ending.Token);
        if (await Task.WhenAny(run, cluster.Broken) != run)
        {
            await ending.CancelAsync();
            await cluster.Broken;
        }
        return await run;
    }

    private static async Task<(JobsProtocol.JobStatus Status, JobWatcher Watched)> Watch(JobsClient client, JobsProtocol.SubmitJob submit, int workers, IJobView view, CancellationToken stop)
    {
        while (await client.Ask(new JobsProtocol.ListWorkers(), StartPatience, stop) is not JobsProtocol.WorkersListed listed || listed.Workers.Count < workers)
            await Task.Delay(RosterInterval, TimeProvider.System, stop);
        var watcher = new JobWatcher(client, TimeProvider.System);
        return (await watcher.Watch(await Submit(client, submit, view, stop), view, stop), watcher);
    }

    // The same job file over the same data finds the job that it made; when that job has ended, a new one is made.
    private static async Task<JobId> Submit(JobsClient client, JobsProtocol.SubmitJob submit, IJobView view, CancellationToken stop)
    {
        for (var attempt = 1; ; attempt++)
        {
            var accepted = SubmitCommand.Accepted(await client.Ask(submit with { RequestId = $"{submit.RequestId}-{attempt}" }, StartPatience, stop));
            if (!accepted.Existing) return accepted.Job;
            var status = (JobsProtocol.JobStatus)await client.Ask(new JobsProtocol.GetStatus(accepted.Job), StartPatience, stop);
            if (status.Status is "completed" or "failed" or "cancelled") continue;
            view.Note($"Job {accepted.Job} was left unfinished at step {status.Step} of phase {status.Phase}; it goes on.");
            return accepted.Job;
        }
    }
}
