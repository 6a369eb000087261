using DistTrain.Cli.Client;
using DistTrain.Cli.Terminal;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Local;

/// <summary>What <c>disttrain run</c> does about jobs of its folder that are not completed and not the file's.</summary>
internal enum UnfinishedChoice
{
    /// <summary>It says what it found and what to type, and ends before anything trains.</summary>
    Refuse,

    /// <summary>It goes on with the one that it found, as the file says now; also with a completed one that the file asks more of.</summary>
    Resume,

    /// <summary>It cancels those that have not ended and runs the file; one that failed or was cancelled is left as it is.</summary>
    Drop,
}

/// <summary>The command to type for a choice.</summary>
/// <param name="start">What it starts from; null: as it was typed.</param>
internal delegate string RunCommandText(UnfinishedChoice choice, string? start = null);

/// <summary>Settles what becomes of a folder's jobs that are not completed, while there are no workers yet that could train them.</summary>
/// <param name="ask">Asks the coordinator.</param>
internal sealed class UnfinishedJobs(
    Func<JobsProtocol.IQuestion, Task<JobsProtocol.IAnswer>> ask, WantedJob wanted, UnfinishedChoice choice, RunCommandText command)
{
    private readonly string _file = wanted.FileName;

    /// <returns>The job to go on with; null when the file is to be submitted.</returns>
    /// <exception cref="UsageException">There are others than the file's job, and nothing was chosen that settles it.</exception>
    public async Task<JobId?> Settle(FoundJobs jobs, Action<string> note)
    {
        // What is left of a job without a checkpoint is nothing, and nobody waits for it who asks for the completed one.
        if (jobs.Ended is { IsCompleted: true, IsExtended: true, SameData: true } completed
            && jobs.Unfinished.All(job => job is { IsSame: true, Status.Checkpoint: null }))
        {
            if (choice == UnfinishedChoice.Resume) return await GoOn(completed, jobs.Unfinished, note);
            if (choice == UnfinishedChoice.Refuse && jobs.Unfinished.Count == 0)
                note($"{completed.Describe()}, and {_file} asks for more; a new job begins. To go on with {completed.Status.Job} instead, " +
                    $"end this (Ctrl-C) before its first checkpoint and type: {command(UnfinishedChoice.Resume)}");
        }
        IReadOnlyList<FoundJob> found = jobs.Unfinished.Count == 0 && jobs.Ended is { IsCompleted: false } ended ? [ended] : jobs.Unfinished;
        var others = found.Where(job => !job.IsSame).ToList();
        var own = found.LastOrDefault(job => job.IsSame);
        if (others.Count == 0) return own is null ? null : await Own(own, note);
        switch (choice)
        {
            case UnfinishedChoice.Drop:
                foreach (var job in others) await Drop(job, $"{FoundJob.Replaced}an edited job file, by --unfinished drop.", note);
                return own?.Status.Job;
            case UnfinishedChoice.Resume when found.Count == 1 && found[0].SameData:
                return await Resume(others[0], note);
            default:
                throw new UsageException([.. others.SelectMany(Told), .. WhatToType(found, found.Count == 1 && found[0].SameData)]);
        }
    }

    private async Task<JobId?> Own(FoundJob job, Action<string> note)
    {
        if (!job.Rests) note($"{job.Describe()}; it is what {_file} says, and goes on.");
        else if (choice == UnfinishedChoice.Drop)
        {
            await Drop(job, "", note);
            return null;
        }
        else
        {
            await Take(job, "The same command was given again.");
            note($"{job.Describe()}; it is what {_file} says, and is taken up from where it was. To begin anew: {command(UnfinishedChoice.Drop)}");
        }
        return job.Status.Job;
    }

    private async Task<JobId> GoOn(FoundJob completed, IReadOnlyList<FoundJob> begun, Action<string> note)
    {
        var job = await Resume(completed, note);
        foreach (var other in begun) await Drop(other, $"{FoundJob.Replaced}job {job}, which goes on, by --unfinished resume.", note);
        return job;
    }

    private async Task Drop(FoundJob job, string because, Action<string> note)
    {
        if (!job.HasEnded) await ask(new JobsProtocol.CancelJob(job.Status.Job, because));
        note($"{job.Describe()}; it is {(job.HasEnded ? "left" : "cancelled")}. Its checkpoints stay in {job.Status.RunFolder}.");
    }

    private async Task<JobId> Resume(FoundJob job, Action<string> note)
    {
        await Take(job, "The edited job file is taken, by --unfinished resume.");
        note($"{job.Describe()}; it goes on with {_file} as it is now{(job.Changes.Count > 0 ? $": {string.Join(", ", job.Changes)}" : "")}." +
            $"{(job.KeptStart is { } start ? $" Its start stays {start}." : "")}");
        return job.Status.Job;
    }

    private async Task Take(FoundJob job, string because)
    {
        if (await ask(wanted.Change(job.Status.Job, because)) is not JobsProtocol.JobRefused refused) return;
        throw new UsageException(
        [
            $"{job.Describe()}. It cannot go on with {_file} as it is now, and nothing was changed:",
            .. refused.Problems.Select(problem => $"  {problem}"),
            $"To drop it and run {_file}:", $"  {command(UnfinishedChoice.Drop)}",
        ]);
    }

    private IEnumerable<string> Told(FoundJob job) =>
        [$"{job.Describe()}, and {_file} says otherwise:", .. job.Differences.Select(difference => $"  {difference}")];

    private IEnumerable<string> WhatToType(IReadOnlyList<FoundJob> jobs, bool canResume) =>
        [
            "Nothing trains.",
            .. jobs is [{ OwnStart: { } start }]
                ? ["To go on with it, from what it started from:", $"  {command(UnfinishedChoice.Refuse, start)}"]
                : canResume
                ? [$"To go on with it, with what {_file} says where that is possible:", $"  {command(UnfinishedChoice.Resume)}"]
                : Array.Empty<string>(),
            $"To drop {(jobs.Count == 1 ? "it" : "them")} and run {_file}:",
            $"  {command(UnfinishedChoice.Drop)}",
            .. jobs is [{ Status: { Checkpoint: not null, Job: var job }, IsOfSameModel: true }] && wanted.Spec.Start is null
                ? [$"To drop it and run {_file} from its best checkpoint:", $"  {command(UnfinishedChoice.Drop, job.Value)}"]
                : Array.Empty<string>(),
        ];
}
