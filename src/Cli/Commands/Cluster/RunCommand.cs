using System.CommandLine;
using System.IO.Hashing;
using System.Text;
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
    public static Command Create()
    {
        var job = new Argument<FileInfo>("JOB") { Description = "The job file, YAML or JSON." };
        var workers = new Option<int>("--workers") { Description = "Worker processes.", DefaultValueFactory = _ => 2 };
        var device = new Option<string>("--device") { Description = "auto or cpu.", DefaultValueFactory = _ => "auto" };
        var threads = SharedOptions.Threads();
        var data = SharedOptions.Data();
        var runs = new Option<string>("--runs") { Description = "Folder for everything that runs leave behind.", DefaultValueFactory = _ => "runs" };
        var json = SharedOptions.Json();
        var command = new Command("run", "Run a job to its end on this machine: a coordinator and worker processes.") { job, workers, device, threads, data, runs, json };
        command.SetAction((parsed, stop) =>
        {
            var file = parsed.GetValue(job)!;
            if (new WorkerOptions { Device = parsed.GetValue(device)!, Threads = parsed.GetValue(threads) }.Problems().ToList() is { Count: > 0 } problems) throw new UsageException(problems);
            if (parsed.GetValue(workers) < 1) throw new UsageException($"--workers is {parsed.GetValue(workers)}, but must be at least 1.");
            var read = JobFile.Read(file, parsed.GetValue(data));
            var spec = Check(read, file.Name, parsed.GetValue(workers));
            var state = Path.Combine(Path.GetFullPath(parsed.GetValue(runs)!), spec.Name);
            var cluster = new LocalClusterOptions(state, read.DataRoot, parsed.GetValue(workers), parsed.GetValue(device)!, parsed.GetValue(threads));
            return JobViews.On(parsed.GetValue(json), view => Run(new(read.Text, file.Name, read.DataRoot, RequestId(read.Text, read.DataRoot)), cluster, view, stop));
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

    private static async Task<int> Run(JobsProtocol.SubmitJob submit, LocalClusterOptions cluster, IJobView view, CancellationToken stop)
    {
        var (status, watched) = await LocalRun.ToEnd(submit, cluster, view, stop);
        foreach (var plot in LossCurves.Draw(watched.Steps, watched.Validations, Path.Combine(status.RunFolder, "plots"))) view.Note($"Plot:       {plot}");
        view.Note($"Logs:       {cluster.Logs}");
        return JobViews.ExitCode(status);
    }

    private static string RequestId(string text, string root) => Convert.ToHexStringLower(XxHash128.Hash(Encoding.UTF8.GetBytes($"{root}\n{text}")));
}
