using DistTrain.Cli.Client;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;

namespace DistTrain.Cli.Local;

/// <summary>What <c>disttrain run</c> does about jobs of its folder that have not ended and are not the file's.</summary>
internal enum UnfinishedChoice
{
    /// <summary>It says what it found and what to type, and ends before anything trains.</summary>
    Refuse,

    /// <summary>It goes on with the one that it found, as the file says now.</summary>
    Resume,

    /// <summary>It cancels them and runs the file.</summary>
    Drop,
}

/// <summary>Settles what becomes of a folder's unfinished jobs, while there are no workers yet that could train them.</summary>
/// <param name="ask">Asks the coordinator.</param>
/// <param name="file">Name of the job file.</param>
/// <param name="command">The command to type for a choice.</param>
internal sealed class UnfinishedJobs(Func<IWireMessage, Task<IWireMessage>> ask, string file, JobSpec spec, UnfinishedChoice choice, Func<UnfinishedChoice, string> command)
{
    /// <returns>The job to go on with; null when the file is to be submitted.</returns>
    /// <exception cref="UsageException">There are others than the file's job, and nothing was chosen that settles it.</exception>
    public async Task<JobId?> Settle(IReadOnlyList<UnfinishedJob> found, Action<string> note)
    {
        var others = found.Where(job => !job.IsSame).ToList();
        var own = found.LastOrDefault(job => job.IsSame);
        if (others.Count == 0)
        {
            if (own is not null) note($"{own.Describe()}; it is what {file} says, and goes on.");
            return own?.Status.Job;
        }
        switch (choice)
        {
            case UnfinishedChoice.Drop:
                foreach (var job in others)
                {
                    await ask(new JobsProtocol.CancelJob(job.Status.Job, "Replaced by an edited job file, by --unfinished drop."));
                    note($"{job.Describe()}; it is cancelled. Its checkpoints stay in {job.Status.RunFolder}.");
                }
                return own?.Status.Job;
            case UnfinishedChoice.Resume when found.Count == 1 && found[0].SameData:
                return await Resume(others[0], note);
            default:
                throw new UsageException([.. others.SelectMany(Told), .. WhatToType(found, found.Count == 1 && found[0].SameData)]);
        }
    }

    private async Task<JobId> Resume(UnfinishedJob job, Action<string> note)
    {
        var resume = new JobsProtocol.ResumeJob(job.Status.Job, JobSpecWriter.ToJson(spec), "The edited job file is taken, by --unfinished resume.");
        if (await ask(resume) is JobsProtocol.JobRefused refused)
            throw new UsageException(
            [
                $"{job.Describe()}. It cannot go on with {file} as it is now, and nothing was changed:", .. refused.Problems.Select(problem => $"  {problem}"),
                $"To drop it and run {file}:", $"  {command(UnfinishedChoice.Drop)}",
            ]);
        note($"{job.Describe()}; it goes on with {file} as it is now: {string.Join(", ", job.Differences)}.");
        return job.Status.Job;
    }

    private IEnumerable<string> Told(UnfinishedJob job) =>
        [$"{job.Describe()}, and {file} says otherwise:", .. job.Differences.Select(difference => $"  {difference}")];

    private IEnumerable<string> WhatToType(IReadOnlyList<UnfinishedJob> jobs, bool canResume) =>
    [
        "Nothing trains.",
        .. canResume ? [$"To go on with it, with what {file} says where that is possible:", $"  {command(UnfinishedChoice.Resume)}"] : Array.Empty<string>(),
        $"To drop {(jobs.Count == 1 ? "it" : "them")} and run {file}:",
        $"  {command(UnfinishedChoice.Drop)}",
        .. jobs is [{ Status: { Checkpoint: not null, Job: var job } }] && spec.Start is null
            ? [$"To drop it and run {file} from its best checkpoint:", $"  {command(UnfinishedChoice.Drop)} --start {job}"]
            : Array.Empty<string>(),
    ];
}
