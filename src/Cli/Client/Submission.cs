using DistTrain.Cli.Terminal;
using DistTrain.Shared.Jobs.Reading;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Client;

/// <summary>A job file on its way to a cluster: submitted again, as a requeued batch job does, it finds the unfinished job that it made.</summary>
/// <param name="ask">Asks the coordinator.</param>
/// <param name="request">The submission as it is without looking for such a job.</param>
/// <param name="path">Of the job file, as it was typed.</param>
/// <param name="reach">The options that reach the coordinator, for the commands to type.</param>
/// <param name="note">Told what was found.</param>
internal sealed class Submission(
    Func<JobsProtocol.IQuestion, Task<JobsProtocol.IAnswer>> ask, JobsProtocol.SubmitJob request, string path, string reach, Action<string> note)
{
    /// <summary>The unfinished job that is what the file says, the newest of them; else a new one.</summary>
    /// <exception cref="UsageException">The coordinator refused the job.</exception>
    public async Task<JobsProtocol.JobAccepted> FindOrMake()
    {
        // Which checkpoint a start stands for, and so which model and tokenizer, only the coordinator knows.
        var examined = await ask(new JobsProtocol.ExamineJob(request.Spec, request.FileName, request.DataRoot, request.Start));
        // What it refuses to make it is to tell.
        if ((examined as JobsProtocol.JobExamined)?.Spec is not { } text || JobSpecReader.Read(text, request.FileName).Spec is not { } spec)
            return await Make();
        var found = await FoundJobs.Beside(ask, new(spec, request.Spec, request.FileName), request.DataRoot);
        var ofTheName = found.Unfinished.Where(job => job.Status.Name == spec.Name).ToList();
        if (ofTheName.LastOrDefault(job => job.IsSame) is { } same)
        {
            var next = same.Rests ? $"stays so. To take it up: {TypedCommand.Of($"resume {same.Status.Job} {reach}")}" : "goes on";
            note($"{same.Describe()}; it is what {request.FileName} says, and {next}. To submit another: --new.");
            return new(same.Status.Job, same.Status.RunFolder, Existing: true);
        }
        var accepted = Accepted(await ask(request with { RequestId = found.RequestId(spec), Start = spec.Start?.Checkpoint }));
        foreach (var job in ofTheName) Tell(job, accepted.Job);
        if (ofTheName.Count == 0 && found.Ended is { IsSame: true, IsCompleted: false } ended)
            note($"{ended.Describe()}; {accepted.Job} is a new job. To take that one up instead: {Cancel(accepted.Job)} && " +
                $"{TypedCommand.Of($"resume {ended.Status.Job} {reach}")}");
        return accepted;
    }

    /// <summary>A new job.</summary>
    /// <exception cref="UsageException">The coordinator refused the job.</exception>
    public async Task<JobsProtocol.JobAccepted> Make() => Accepted(await ask(request));

    /// <summary>The job that an answer to a submission tells of.</summary>
    /// <exception cref="UsageException">The coordinator refused the job; all problems are in the message.</exception>
    public static JobsProtocol.JobAccepted Accepted(JobsProtocol.IAnswer answer) => answer switch
    {
        JobsProtocol.JobAccepted accepted => accepted,
        JobsProtocol.JobRefused refused => throw new UsageException(refused.Problems),
        _ => throw new InvalidOperationException($"The coordinator answered {answer.GetType().Name} to a submission. Do both run the same version?"),
    };

    private void Tell(FoundJob job, JobId made)
    {
        note($"{job.Describe()}, and {request.FileName} says otherwise; {made} is a new job beside it:");
        foreach (var difference in job.Differences) note($"  {difference}");
        var data = request.DataRoot is { } folder ? $" --data {ShellWord.Of(folder)}" : "";
        note($"To drop the unfinished one: {Cancel(job.Status.Job)}");
        if (job.OwnStart is { } start)
            note($"To go on with it instead, from what it started from: {Cancel(made)} && " +
                $"{TypedCommand.Of($"submit {ShellWord.Of(path)} --start {ShellWord.Of(start)}{data} {reach}")}");
        else if (job.SameData)
            note($"To go on with it instead, as {request.FileName} says, where that is possible: " +
                $"{TypedCommand.Of($"resume {job.Status.Job} --job {ShellWord.Of(path)} {reach}")} && {Cancel(made)}");
    }

    private string Cancel(JobId job) => TypedCommand.Of($"cancel {job} {reach}");
}
