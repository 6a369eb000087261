using Akka.Actor;
using DistTrain.Coordinator.Checkpoints;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Datasets.Preparation;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// Runs the data preparations of a coordinator process, each on a thread of its own, and never two at once for one job: an actor that starts
/// again prepares again, but a preparation ends only when it next looks whether it is to stop. It outlives the actors.
/// </summary>
/// <param name="prepare">Prepares a job's start and data: see <see cref="StartCopy.Take"/> and <see cref="DataPreparation.Prepare"/>.</param>
public sealed class Preparations(Func<JobState, Action<string>, CancellationToken, PreparedData> prepare)
{
    /// <summary>ENOSPC, as .NET passes it on.</summary>
    private const int DiskFull = 28;

    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Task> _newest = [];

    /// <summary>Preparations of data as it lies on disk.</summary>
    public Preparations()
        : this((job, log, stop) =>
            DataPreparation.Prepare(job.Spec, job.DataRoot, job.RunFolder, log, stop, job.Data?.TokenizerHash, Start(job, log)))
    {
    }

    /// <summary>Prepares as soon as an earlier preparation of the same job has ended. Returns at once.</summary>
    /// <param name="job">The actor that is told <see cref="JobMessages.DataReady"/> or <see cref="JobMessages.DataFailed"/>, and notes before;
    /// nothing once stopped.</param>
    public void Start(JobState state, IActorRef job, CancellationToken stop)
    {
        lock (_gate)
        {
            var before = _newest.GetValueOrDefault(state.RunFolder, Task.CompletedTask);
            _newest[state.RunFolder] = Run(before, state, job, stop);
        }
    }

    // What has been prepared once has its copy, and the tokenizer that the job keeps; the original may be gone.
    private static string? Start(JobState job, Action<string> log) => job.Spec.Start is { } start && job.Data is null
        ? StartCopy.Take(start, job.RunFolder, log) : null;

    private async Task Run(Task before, JobState state, IActorRef job, CancellationToken stop)
    {
        if (!before.IsCompleted)
            job.Tell(new JobMessages.PreparationNote("An earlier preparation of this job is still at work; this one begins when it has ended."));
        await before.ConfigureAwait(false);
        try
        {
            var data = await Task.Factory.StartNew(
                () => prepare(state, text => job.Tell(new JobMessages.PreparationNote(text)), stop), stop, TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
            job.Tell(new JobMessages.DataReady(data, state.SpecJson));
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            // Whoever stopped it waits for no answer, and whatever failed was not to go on.
        }
        catch (Exception failure)
        {
            var cause = failure.GetBaseException();
            job.Tell(new JobMessages.DataFailed(cause.Message, state.SpecJson, cause is IOException { HResult: DiskFull or DiskFullOnWindows }));
        }
    }
}
