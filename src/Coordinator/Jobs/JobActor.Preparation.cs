using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Logging;
using DistTrain.Shared.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>The data that a job needs is prepared, off the actor.</summary>
public sealed partial class JobActor
{
    private void Prepare(JobState job)
    {
        if (_preparation?.Spec == job.SpecJson) return;
        _preparation?.Stop.Cancel();
        _preparation = (job.SpecJson, new CancellationTokenSource());
        _preparations.Start(job, Self, _preparation.Value.Stop.Token);
    }

    private void Note(JobMessages.PreparationNote note)
    {
        using (_log.ForJob(_id.Value)) LogMessages.Preparation(_log, note.Text);
        _feed.Add(_state, happened: new(_clock.GetUtcNow(), "Preparation", note.Text));
    }
}
