using System.CommandLine;
using System.IO.Hashing;
using System.Text;
using DistTrain.Cli.Client;
using DistTrain.Cli.Local;
using DistTrain.Cli.Watching;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Worker;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary>
/// <c>disttrain run</c>: a coordinator and workers as local processes, the job submitted and watched to its end. Run again after it
/// was interrupted, it goes on with the job where its last checkpoint is.
/// </summary>
internal static class RunCommand
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RosterInterval = TimeSpan.FromMilliseconds(300);

    public static Command Create()
    {
        var job = new Argument<FileInfo>("JOB") { Description = "The job file, YAML or JSON." };
        var workers = new Option<int>("--workers") { Description = "Worker processes.", DefaultValueFactory = _ => 2 };
        var device = new Option<string>("--device") { Description = "auto or cpu.", DefaultValueFactory = _ => "auto" };
        var data = new Option<string?>("--data") { Description = "Folder that relative data paths start from. Default: the job file's folder." };
        var runs = new Option<string>("--runs") { Description = "Folder for everything that runs leave behind.", DefaultValueFactory = _ => "runs" };
        var json = new Option<bool>("--json") { Description = "Print machine-readable lines." };
        var command = new Command("run", "Run a job to its end on this machine: a coordinator and worker processes.") { job, workers, device, data, runs, json };
        command.SetAction((parsed, stop) =>
        {
            var file = parsed.GetValue(job)!;
            if (new WorkerOptions { Device = parsed.GetValue(device)! }.Problems().ToList() is { Count: > 0 } problems) throw new UsageException(problems);
            if (parsed.GetValue(workers) < 1) throw new UsageException($"--workers is {parsed.GetValue(workers)}, but must be at least 1.");
            var read = JobFile.Read(file, parsed.GetValue(data));
            var spec = Check(read, file.Name, parsed.GetValue(workers));
            var state = Path.Combine(Path.GetFullPath(parsed.GetValue(runs)!), spec.Name);
            return JobViews.On(parsed.GetValue(json), view => Run(
                new(read.Text, file.Name, read.DataRoot, RequestId(read.Text, read.DataRoot)), state, parsed.GetValue(workers), parsed.GetValue(device)!, view, stop));
        });
        return command;
    }

    private static JobSpec Check(JobFile read, string name, int workers)
    {
        if (read.Problems.Count > 0) throw new UsageException(read.Problems.Select(problem => problem.ToString()));
        return read.Spec!.Resources.MinWorkers <= workers
            ? read.Spec
            : throw new UsageException($"{name}: resources.min_workers is {read.Spec.Resources.MinWorkers}, but --workers is {workers}: the job would wait for ever.");
    }

    private static async Task<int> Run(JobsProtocol.SubmitJob submit, string state, int workers, string device, IJobView view, CancellationToken stop)
    {
        await using var cluster = LocalCluster.Start(state, submit.DataRoot!, workers, device, TimeProvider.System, view.Note);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await using var client = new JobsClient($"127.0.0.1:{cluster.Port}", TimeProvider.System);
        var run = RunJob(client, submit, state, workers, view, ending.Token);
        if (await Task.WhenAny(run, cluster.Broken) == run) return await run;
        await ending.CancelAsync();
        await cluster.Broken;
        return 1;
    }

    private static async Task<int> RunJob(JobsClient client, JobsProtocol.SubmitJob submit, string state, int workers, IJobView view, CancellationToken stop)
    {
        await WaitForWorkers(client, workers, stop);
        var job = await Submit(client, submit, view, stop);
        var watcher = new JobWatcher(client, TimeProvider.System);
        var status = await watcher.Watch(job, view, stop);
        foreach (var plot in LossCurves.Draw(watcher.Steps, watcher.Validations, Path.Combine(status.RunFolder, "plots"))) view.Note($"Plot:       {plot}");
        view.Note($"Logs:       {Path.Combine(state, "logs")}");
        return JobViews.ExitCode(status);
    }

    private static async Task WaitForWorkers(JobsClient client, int workers, CancellationToken stop)
    {
        while (await client.Ask(new JobsProtocol.ListWorkers(), StartPatience, stop) is not JobsProtocol.WorkersListed listed || listed.Workers.Count < workers)
            await Task.Delay(RosterInterval, TimeProvider.System, stop);
    }

    // The same job file over the same data finds the job that it made, so that an interrupted run goes on; when that job has ended, a new one is made.
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

    private static string RequestId(string text, string root) => Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{root}\n{text}")));
}
