using Akka.Actor;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>What members report: stored, acknowledged, and passed on to the generation.</summary>
public sealed partial class JobActor
{
    private void Take(TrainingProtocol.IReport report)
    {
        var worker = Sender;
        void Acknowledge() => worker.Tell(new TrainingProtocol.ReportReceived(report.Job, report.Generation, report.Sequence));
        var current = _state?.Plan?.Generation == report.Generation;
        if (!current && report is TrainingProtocol.StepsDone)
            worker.Tell(new TrainingProtocol.StopGeneration(report.Job, report.Generation, "The coordinator no longer counts on this generation."));

        switch (report)
        {
            case TrainingProtocol.CheckpointWritten written:
                Obey(new JobCommand.NoteCheckpoint(written.Generation, written.Checkpoint), Acknowledge);
                break;
            case TrainingProtocol.Validated validated:
                if (current) using (_log.ForJob(_id.Value, _state!.Phase?.Name, validated.Generation, validated.Validation.Step)) _metrics.Take(_log, _state, validated.Validation);
                Obey(new JobCommand.NoteValidation(validated.Generation, validated.Validation), Acknowledge);
                break;
            case TrainingProtocol.StepsDone done:
                if (current) Show(done);
                Obey(new JobCommand.NoteSteps(done.Generation, done.Steps), Acknowledge);
                break;
            case TrainingProtocol.GenerationStarted started:
                PassOn(started);
                Obey(new JobCommand.NoteStart(started.Generation, started.Step, started.TotalSteps), Acknowledge);
                break;
            case TrainingProtocol.PhaseFinished finished when current:
                // Acknowledged only when the phase's end is stored: until then it is repeated, so a restart here loses nothing. It counts from when
                // the checkpoint of its last step is committed, whose report may have been lost and come again.
                _finished[finished.From] = Acknowledge;
                if (_state!.Checkpoints.Holds(_state.Phase!.Name, finished.Step)) PassOn(finished);
                break;
            default:
                PassOn(report);
                Acknowledge();
                break;
        }
    }

    private void Show(TrainingProtocol.StepsDone done)
    {
        // A report that was not acknowledged in time comes again.
        var after = _shown.Generation == done.Generation ? _shown.Step : 0;
        var steps = done.Steps.Where(step => step.Step > after).ToList();
        if (steps.Count == 0) return;
        _shown = (done.Generation, steps[^1].Step);
        foreach (var step in steps) _feed.Add(_state, step: step);
        using (_log.ForJob(_id.Value, _state!.Phase?.Name, done.Generation, steps[^1].Step)) _metrics.Take(_log, _state, steps);
    }
}
