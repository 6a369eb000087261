using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Local;
using DistTrain.Cli.Terminal;
using DistTrain.Cli.Watching;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Jobs.Checks;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Commands.Bench;

/// <summary>
/// <c>disttrain bench scale</c>: the same steps of a job by the bare training loop, on a cluster with one worker and on one with several,
/// in turn: what the cluster costs, and what workers add.
/// </summary>
internal static class ScaleBenchmark
{
    public static Command Create()
    {
        var job = new Argument<FileInfo>("JOB") { Description = "The job file; its first phase is trained, without validation." };
        var (data, json) = (SharedOptions.Data(), SharedOptions.Json());
        var workers = SharedOptions.Number("--workers", "Worker processes of the larger cluster.", 2);
        var threads = SharedOptions.Number("--threads", "Processor threads of each worker.", 1);
        var steps = SharedOptions.Number("--steps", "Steps of a run; the first fifth is not counted.", 100);
        var rounds = SharedOptions.Number("--rounds", "Runs of each kind, in turn; the median counts.", 3);
        var command = new Command("scale", "Compare a cluster with the bare training loop, and several workers with one.")
        {
            job, data, workers, threads, steps, rounds, json,
        };
        command.SetAction(async (parsed, stop) =>
        {
            var file = JobFile.Read(parsed.GetValue(job)!, parsed.GetValue(data));
            if (file.Problems.Count > 0) throw new UsageException(file.Problems.Select(problem => problem.ToString()));
            var scratch = Directory.CreateTempSubdirectory("disttrain-scale-");
            var runs = new Runs(Shortened(file.Spec!, parsed.GetValue(steps)), file.DataRoot, scratch.FullName, parsed.GetValue(threads));
            var rates = await runs.InTurn(parsed.GetValue(rounds), parsed.GetValue(workers), stop);
            var figures = new Figures(parsed.GetValue(threads), parsed.GetValue(workers), rates[0], rates[1], rates[2], rates[1] / rates[0],
                rates[2] / rates[1]);
            await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(json) ? JsonLine.Of(figures) : Text(figures));
            // After a failure the folder stays: the nodes' logs in it tell why.
            scratch.Delete(recursive: true);
            return 0;
        });
        return command;
    }

    /// <summary>The first phase of a job for some steps, with checkpoints and without validation.</summary>
    internal static JobSpec Shortened(JobSpec spec, int steps)
    {
        var phase = spec.Phases[0];
        return spec with
        {
            Resources = spec.Resources with { MinWorkers = 1 },
            Checkpoints = spec.Checkpoints with { EverySteps = Math.Max(1, steps / 4), KeepBest = 0 },
            Phases = [phase with { Steps = steps, Epochs = null, Data = phase.Data with { Validation = null }, Validate = new ValidateSpec() }],
        };
    }

    private static string Text(Figures figures) => string.Create(CultureInfo.InvariantCulture, $"""
        bare loop, {figures.Threads} thread(s): {figures.BarePerSecond:F0} target tokens/s
        cluster, 1 worker:   {figures.ClusterPerSecond:F0} target tokens/s, {figures.ClusterToBare:F3} of the bare loop
        cluster, {figures.Workers} workers:  {figures.ScaledPerSecond:F0} target tokens/s, {figures.ScaledToOne:F2} times one worker
        """);

    private sealed record Figures(int Threads, int Workers, double BarePerSecond, double ClusterPerSecond, double ScaledPerSecond,
        double ClusterToBare, double ScaledToOne);

    private sealed class Runs(JobSpec spec, string data, string scratch, int threads)
    {
        private int _number;

        /// <returns>Median rates of the bare loop, one worker, and several.</returns>
        public async Task<double[]> InTurn(int rounds, int workers, CancellationToken stop)
        {
            List<double[]> all = [];
            for (var round = 0; round < rounds; round++) all.Add([Bare(stop), await Cluster(1, stop), await Cluster(workers, stop)]);
            return [.. Enumerable.Range(0, 3).Select(kind => Median(all.Select(rates => rates[kind])))];
        }

        private double Bare(CancellationToken stop) => Rate(BareLoop.Run(spec, data, Folder(), threads, stop));

        private async Task<double> Cluster(int workers, CancellationToken stop)
        {
            var job = spec with { Resources = spec.Resources with { MinWorkers = workers, MaxWorkers = workers } };
            var local = new LocalJob(JobSpecWriter.ToJson(job), "job.json", job, data, UnfinishedChoice.Refuse, (_, _) => "disttrain bench scale");
            var devices = DeviceOption.OfWorkers(DeviceOption.Default, workers);
            var cluster = new LocalClusterOptions(Folder(), data, JobSpecFiles.Folders(spec, data), devices, threads);
            var (status, watched) = await LocalRun.ToEnd(local, cluster, new SilentView(), stop);
            return status.Status == JobStage.Completed
                ? Rate([.. watched.Steps.Select(step => step.Step)])
                : throw new IOException($"The job ended as {status.Status.Word()} with {workers} worker(s): {status.Because}");
        }

        private string Folder() => Directory.CreateDirectory(Path.Combine(scratch, $"{++_number}")).FullName;

        private static double Rate(IReadOnlyList<StepRecord> steps)
        {
            var counted = steps.Skip(steps.Count / 5).ToList();
            return counted.Sum(step => step.Tokens) / counted.Sum(step => step.Tokens / step.TokensPerSecond);
        }

        private static double Median(IEnumerable<double> values)
        {
            var sorted = values.Order().ToList();
            return sorted[sorted.Count / 2];
        }
    }

    private sealed class SilentView : IJobView
    {
        public void Note(string text)
        {
        }

        public void Reach(JobId job, string seed, string reach)
        {
        }

        public void Interrupted(string command)
        {
        }

        public void Left(JobId job, string command)
        {
        }

        public void Show(JobsProtocol.FeedItem item)
        {
        }

        public void End(JobsProtocol.JobStatus status, IReadOnlyList<ValidationRecord> history)
        {
        }
    }
}
