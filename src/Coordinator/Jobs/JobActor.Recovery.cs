using System.Globalization;
using Akka.Actor;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>A job waits before it tries again, goes without some workers, or is paused.</summary>
public sealed partial class JobActor
{
    private void CommandRecovery()
    {
        Command<TryAgainDue>(_ => Continue());
        Command<QueueMessages.NobodyLeft>(nobody =>
        {
            if (nobody.Request == _request) Obey(new JobCommand.NobodyLeft());
        });
        Command<JobsProtocol.PauseJob>(pause =>
        {
            var client = Sender;
            if (_state is null) client.Tell(new JobsProtocol.JobUnknown(_id));
            else Obey(new JobCommand.Pause(Readable.Line(pause.Because)), () => client.Tell(new JobsProtocol.JobPauseAccepted(_id, _state.Stage)));
        });
    }

    private JobCommand WhenThereIsSpace(JobMessages.DataFailed failed) =>
        new JobCommand.Pause($"{Readable.Line(failed.Because)} Free space there, then go on with 'disttrain resume {_id}'.");

    /// <summary>Others may have its workers meanwhile.</summary>
    private void WaitToTryAgain(JobState job)
    {
        var at = job.Failures.TryAgainAt;
        Timers.StartSingleTimer(nameof(TryAgainDue), TryAgainDue.Instance, at - _clock.GetUtcNow());
        Context.Parent.Tell(new QueueMessages.WorkersReleased(_id));
        Wait(new QueueMessages.StillWaiting(
            string.Create(CultureInfo.InvariantCulture, $"It is tried again at {at.UtcDateTime:HH:mm:ss} UTC. {job.Because}")));
    }

    private QueueMessages.WorkersNeeded WorkersNeeded(JobState job)
    {
        var leftOut = job.Failures.LeftOut(_clock.GetUtcNow());
        return new(_id, job.Spec.Resources.MinWorkers, job.Spec.Resources.MaxWorkers, [.. _survivors.Where(worker => !leftOut.ContainsKey(worker))],
            ++_request, leftOut);
    }

    private sealed class TryAgainDue
    {
        public static readonly TryAgainDue Instance = new();
    }
}
