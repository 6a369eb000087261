using System.CommandLine;
using DistTrain.Cli.Local;
using DistTrain.Cli.Nodes;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Watching;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;
using DistTrain.Worker;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary>
/// <c>disttrain run</c>: a coordinator and workers as local processes, the job submitted and watched to its end. Run again after it
/// was interrupted, it goes on with the job where its last checkpoint is; with an edited file, it asks what is to become of that job.
/// </summary>
internal static class RunCommand
{
    private const int WorkersOfProcessor = 2;

    public static Command Create()
    {
        var job = new Argument<FileInfo>("JOB") { Description = "The job file, YAML or JSON." };
        var workers = new Option<int?>("--workers") { Description = "Worker processes. Default: one for each CUDA device, 2 where there is none." };
        var device = DeviceOption.Create();
        var threads = SharedOptions.Threads();
        var data = SharedOptions.Data();
        var start = SharedOptions.Start();
        var runs = SharedOptions.Runs();
        var unfinished = new Option<UnfinishedChoice>("--unfinished")
        {
            Description = "When a job of the folder is not completed and not what the file says: resume it with the file, drop it, or refuse.",
            DefaultValueFactory = _ => UnfinishedChoice.Refuse,
        };
        var json = SharedOptions.Json();
        var command = new Command("run", "Run a job to its end on this machine: a coordinator and worker processes.")
        {
            job, workers, device, threads, data, start, runs, unfinished, json,
        };
        command.SetAction((parsed, stop) =>
        {
            var file = parsed.GetValue(job)!;
            if (new WorkerOptions { Threads = parsed.GetValue(threads) }.Problems().ToList() is { Count: > 0 } problems)
                throw new UsageException(problems);
            if (parsed.GetValue(workers) < 1) throw new UsageException($"--workers is {parsed.GetValue(workers)}, but must be at least 1.");
            var stateOf = SharedOptions.States(parsed.GetValue(runs)!);
            var devices = Devices(parsed.GetValue(device) ?? DeviceOption.Default, parsed.GetValue(workers));
            var read = JobFile.Read(file, parsed.GetValue(data), SharedOptions.Here(parsed.GetValue(start)), stateOf);
            var spec = Check(read, file.Name, devices.Count);
            foreach (var warning in read.Warnings) parsed.InvocationConfiguration.Error.WriteLine(warning.ToWarning());
            var state = stateOf(spec.Name);
            WritableFolder.Require(state, "folder of the run", "--runs");
            var cluster = new LocalClusterOptions(state, read.DataRoot, read.Folders, devices, parsed.GetValue(threads));
            var local = new LocalJob(read.Text, file.Name, spec, read.DataRoot, parsed.GetValue(unfinished),
                (choice, from) => CommandText(parsed, choice, from));
            return JobViews.On(parsed.GetValue(json), view => Run(local, cluster, view, stop));

            string CommandText(ParseResult typed, UnfinishedChoice choice, string? from)
            {
                var words = Without(typed.Tokens.Select(token => token.Value), unfinished.Name);
                if (choice != UnfinishedChoice.Refuse) words.AddRange([unfinished.Name, choice.ToString().ToLowerInvariant()]);
                if (from is not null) words = [.. Without(words, start.Name), start.Name, from];
                return TypedCommand.Of(words);
            }
        });
        return command;
    }

    /// <summary>Of each worker.</summary>
    private static IReadOnlyList<string> Devices(string asked, int? workers) =>
        DeviceOption.OfWorkers(asked, workers ?? DeviceOption.CudaCount(asked) switch { 0 => WorkersOfProcessor, var devices => devices });

    private static JobSpec Check(JobFile read, string name, int workers)
    {
        if (read.Problems.Count > 0) throw new UsageException(read.Problems.Select(problem => problem.ToString()));
        return read.Spec!.Resources.MinWorkers <= workers
            ? read.Spec
            : throw new UsageException($"{name}: resources.min_workers is {read.Spec.Resources.MinWorkers}, but --workers is {workers}: the job " +
                "would wait for ever.");
    }

    private static async Task<int> Run(LocalJob job, LocalClusterOptions cluster, IJobView view, CancellationToken stop)
    {
        try
        {
            return await RunToEnd(job, cluster, view, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            view.Interrupted(job.Command(UnfinishedChoice.Refuse));
            throw;
        }
    }

    private static async Task<int> RunToEnd(LocalJob job, LocalClusterOptions cluster, IJobView view, CancellationToken stop)
    {
        var (status, _) = await LocalRun.ToEnd(job, cluster, view, stop);
        foreach (var plot in PhasePlots.Draw(MetricsFile.Read(status.RunFolder), Path.Combine(status.RunFolder, "plots")))
            view.Note($"Plot:       {plot}");
        view.Note($"Logs:       {cluster.Logs}");
        if (status.Status != JobStage.Completed) TellHowToGoOn(status, job, cluster, view);
        return JobViews.ExitCode(status);
    }

    private static void TellHowToGoOn(JobsProtocol.JobStatus ended, LocalJob job, LocalClusterOptions cluster, IJobView view)
    {
        string[] coordinator = ["coordinator", "--state", cluster.State, "--data", cluster.Data,
            .. cluster.DataAllow.SelectMany(folder => (string[])["--data-allow", folder])];
        view.Note($"{(ended.Checkpoint is null ? "To begin anew" : "To go on with it from where it was")}, once the cause is mended: " +
            $"{job.Command(UnfinishedChoice.Refuse)}");
        view.Note("To go on with it as a cluster, each in a shell of its own, with as many workers as the job needs:");
        view.Note($"  {TypedCommand.Of(coordinator)}");
        view.Note($"  {TypedCommand.Of(["worker", "--seed", $"127.0.0.1:{ClusterOptions.DefaultPort}", "--logs", cluster.Logs])}");
        view.Note($"  {TypedCommand.Of($"resume {ended.Job}")}");
    }

    /// <summary>The words of a command without an option and its value.</summary>
    private static List<string> Without(IEnumerable<string> words, string option)
    {
        var left = words.ToList();
        if (left.IndexOf(option) is >= 0 and var at) left.RemoveRange(at, 2);
        return left;
    }
}
