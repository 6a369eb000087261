using DistTrain.Cli.Client;
using DistTrain.Cli.Nodes;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Watching;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Local;

/// <summary>One job on a local cluster, from its submission, or from where it was left, to its end.</summary>
internal static class LocalRun
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    /// <summary>Its own coordinator has only just been started, which takes a while on a busy machine.</summary>
    private static readonly TimeSpan StartQuiet = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RosterInterval = TimeSpan.FromMilliseconds(300);

    /// <summary>Starts the cluster, sees the job to its end, and ends the cluster.</summary>
    /// <param name="job">When the folder has a job that is the same and not completed, that one goes on.</param>
    /// <returns>The job as it ended, and what was seen on the way.</returns>
    /// <exception cref="LocalClusterException">A process cannot be kept alive.</exception>
    /// <exception cref="UsageException">The job is refused, or another run or coordinator of that folder is under way.</exception>
    public static async Task<(JobsProtocol.JobStatus Status, JobWatcher Watched)> ToEnd(
        LocalJob job, LocalClusterOptions options, IJobView view, CancellationToken stop)
    {
        using var held = await StateFolderLock.OfRun(options.State, TimeProvider.System, view.Note, stop);
        await using var cluster = LocalCluster.Start(options, TimeProvider.System, view.Note, stop);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var client = new JobsClient($"127.0.0.1:{cluster.Port}", TimeProvider.System, note: view.Note) { Quiet = StartQuiet };
        var run = Watch(client, cluster, job, options, view, ending.Token);
        if (await Task.WhenAny(run, cluster.Broken) != run)
        {
            await ending.CancelAsync();
            // It may be starting workers: the cluster is ended when it has let go. How it ends says less than why it had to.
            await Task.WhenAny(run);
            await cluster.Broken;
        }
        return await run;
    }

    private static async Task<(JobsProtocol.JobStatus Status, JobWatcher Watched)> Watch(
        JobsClient client, LocalCluster cluster, LocalJob job, LocalClusterOptions options, IJobView view, CancellationToken stop)
    {
        Task<JobsProtocol.IAnswer> Ask(JobsProtocol.IQuestion question) => client.Ask(question, StartPatience, stop);
        var wanted = new WantedJob(job.Spec, job.Text, job.FileName);
        var found = await FoundJobs.Beside(Ask, wanted, job.DataRoot);
        var unfinished = await new UnfinishedJobs(Ask, wanted, job.Unfinished, job.Command).Settle(found, view.Note);
        cluster.StartWorkers(options);
        while (await Ask(new JobsProtocol.ListWorkers()) is not JobsProtocol.WorkersListed listed || listed.Workers.Count < options.Devices.Count)
            await Task.Delay(RosterInterval, TimeProvider.System, stop);
        var request = new JobsProtocol.SubmitJob(job.Text, job.FileName, job.DataRoot, found.RequestId(job.Spec), job.Spec.Start?.Checkpoint);
        var watched = unfinished ?? Submission.Accepted(await Ask(request)).Job;
        view.Reach(watched, $"127.0.0.1:{cluster.Port}", $"--seed 127.0.0.1:{cluster.Port}");
        var watcher = new JobWatcher(client, TimeProvider.System);
        return (await watcher.Watch(watched, view, stop), watcher);
    }
}
