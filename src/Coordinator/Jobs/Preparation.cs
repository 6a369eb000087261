using Akka.Actor;
using DistTrain.Shared.Datasets.Preparation;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Runs a job's data preparation on a thread of its own, and sends the outcome to the job as a message.</summary>
public static class Preparation
{
    /// <param name="job">The actor that is told <see cref="JobMessages.DataReady"/> or <see cref="JobMessages.DataFailed"/>, and notes before.</param>
    public static void Start(JobState state, IActorRef job, CancellationToken stop) => Task.Factory.StartNew(
            () => DataPreparation.Prepare(state.Spec, state.DataRoot, state.RunFolder, text => job.Tell(new JobMessages.PreparationNote(text)), stop),
            stop, TaskCreationOptions.LongRunning, TaskScheduler.Default)
        .PipeTo(job, success: data => new JobMessages.DataReady(data), failure: failure => new JobMessages.DataFailed(failure.GetBaseException().Message));
}
