using System.CommandLine;
using System.Globalization;
using DistTrain.Cli.Client;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Commands.Cluster;

/// <summary>The commands that ask a cluster one question: jobs, status, history, workers, cancel, pause.</summary>
internal static class QueryCommands
{
    public static Command Jobs() => Query<JobsProtocol.JobsListed, JobsProtocol.JobStatus>(
        "jobs", "List the jobs of a cluster.", null, (_, _) => new JobsProtocol.ListJobs(), answer => answer.Jobs,
        job => Text($"{job.Job,-40} {job.Status.Word(),-10} {job.Phase,-12} {job.Step}/{job.TotalSteps}  {MetricText.Count(job.Workers, "worker")}"),
        AnswerPages.After);

    public static Command Status() => Query<JobsProtocol.JobStatus, JobsProtocol.JobStatus>(
        "status", "Tell where a job stands.", ClientOptions.Id(), (id, _) => new JobsProtocol.GetStatus(id), answer => [answer], Describe);

    public static Command History()
    {
        var last = new Option<int>("--last") { Description = "Print only the last N events. Default: all of them.", HelpName = "N" };
        last.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() < 1) result.AddError("--last must be at least 1.");
        });
        var command = Query<JobsProtocol.JobHistory, JobsProtocol.HistoryLine>(
            "history", "Print the events of a job: which data, which workers, which checkpoint, when and why.", ClientOptions.Id(),
            (id, parsed) => new JobsProtocol.GetHistory(id, Last: parsed.GetValue(last)), answer => answer.Lines,
            line => Text($"{line.At:yyyy-MM-dd HH:mm:ss}  {line.Event,-20} {line.Text}"),
            NextPage);
        command.Add(last);
        return command;
    }

    /// <summary>The question for the events that come after a page of them.</summary>
    public static JobsProtocol.GetHistory? NextPage(JobsProtocol.JobHistory page) =>
        page.Lines.Count > 0 && page.After + page.Lines.Count < page.Total
            ? new JobsProtocol.GetHistory(page.Job, page.After + page.Lines.Count) : null;

    public static Command Workers() => Query<JobsProtocol.WorkersListed, JobsProtocol.WorkerStatus>(
        "workers", "List the workers of a cluster.", null, (_, _) => new JobsProtocol.ListWorkers(), answer => answer.Workers,
        worker =>
            string.Create(CultureInfo.InvariantCulture, $"{worker.Worker,-28} {worker.Device,-8} {worker.Host}:{worker.DataPort}  " +
                $"{(worker.Job is { } job ? $"{job}, generation {worker.Generation}" : "idle")}, heard {worker.SilentSeconds:F1} s ago"));

    public static Command Cancel() => Query<JobsProtocol.JobCancelAccepted, JobsProtocol.JobCancelAccepted>(
        "cancel", "Cancel a job. Its checkpoints stay.", ClientOptions.Id(), (id, _) => new JobsProtocol.CancelJob(id, "A user asked for it."),
        answer => [answer],
        answer => $"{answer.Job} is {answer.Status.Word()}.");

    public static Command Pause() => Query<JobsProtocol.JobPauseAccepted, JobsProtocol.JobPauseAccepted>(
        "pause", "Leave a job's workers to others until it is taken up with 'resume'.", ClientOptions.Id(),
        (id, _) => new JobsProtocol.PauseJob(id, "A user asked for it."), answer => [answer],
        answer => $"{answer.Job} is {answer.Status.Word()}.");

    private static Command Query<TAnswer, TLine>(
        string name, string description, Argument<string>? id, Func<JobId, ParseResult, JobsProtocol.IQuestion> question,
        Func<TAnswer, IEnumerable<TLine>> lines, Func<TLine, string> describe,
        Func<TAnswer, JobsProtocol.IQuestion?>? nextPage = null)
        where TAnswer : JobsProtocol.IAnswer
    {
        var options = new ClientOptions();
        var command = new Command(name, description);
        if (id is not null) command.Add(id);
        options.AddTo(command);
        command.SetAction(async (parsed, stop) =>
        {
            await using var client = options.Connect(parsed);
            var first = question(id is null ? default : ClientOptions.Job(parsed.GetValue(id)!), parsed);
            await foreach (var answer in AnswerPages.Read(next => ClientOptions.Ask<TAnswer>(client, next, stop), first, nextPage ?? (_ => null)))
                foreach (var line in lines(answer))
                    await parsed.InvocationConfiguration.Output.WriteLineAsync(parsed.GetValue(options.Json) ? JsonLine.Of(line) : describe(line));
            return 0;
        });
        return command;
    }

    private static string Describe(JobsProtocol.JobStatus job) => string.Join(Environment.NewLine,
        Text($"job         {job.Job} ({job.Name})"),
        Text($"status      {job.Status.Word()}{(job.Because.Length > 0 ? ": " + job.Because : "")}"),
        Text($"phase       {job.Phase}, step {job.Step} of {job.TotalSteps}"),
        Text($"generation  {job.Generation}, {MetricText.Count(job.Workers, "worker")}"),
        Text($"last step   {(job.LastStep is { } step ? Numbers(step) : "none yet")}"),
        Text($"validation  {(job.Metrics is { } metrics ? MetricText.Of(metrics) : "none yet")}"),
        Text($"checkpoint  {job.Checkpoint ?? "none yet"}"),
        Text($"files       {job.RunFolder}"),
        Text($"time        {job.Seconds:F1} s"));

    private static string Numbers(StepRecord step) => string.Create(CultureInfo.InvariantCulture,
        $"{step.Step}: loss {MetricText.Number(step.Loss)}, {step.TokensPerSecond:F0} target tokens/s, learning rate {step.LearningRate:0.00e+0}, " +
            $"gradient norm {MetricText.Number(step.GradientNorm)}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
