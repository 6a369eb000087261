using Akka.Actor;
using DistTrain.Coordinator.Generations;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Logging;
using DistTrain.Shared;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>What members report: stored, acknowledged, and passed on to the generation.</summary>
public sealed partial class JobActor
{
    /// <summary>
    /// How long a phase that all members have finished waits for word of its last checkpoint; a lost report is sent again each second.
    /// </summary>
    private static readonly TimeSpan CheckpointPatience = TimeSpan.FromSeconds(10);

    /// <summary>The end of a phase whose last checkpoint is not committed yet, or of which steps are missing; null while there is none.</summary>
    private GenerationMessages.PhaseDone? _unsealed;

    /// <summary>A worker that goes on in a generation that nobody counts on is told to stop at most this often.</summary>
    private static readonly TimeSpan StopInterval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<WorkerId, (int Generation, long At)> _toldToStop = [];

    private (int Generation, SeenReports Reports) _taken = (0, new());

    private void Take(TrainingProtocol.IReport report)
    {
        var worker = Sender;
        void Acknowledge() => worker.Tell(new TrainingProtocol.ReportReceived(report.Job, report.Generation, report.Sequence));
        var current = _state?.Plan?.Generation == report.Generation;
        if (!current && report is TrainingProtocol.StepsDone) TellToStop(report, worker);

        switch (report)
        {
            case TrainingProtocol.CheckpointWritten written when !IsInPlace(written.Checkpoint):
                using (_log.ForJob(_id.Value, generation: report.Generation, worker: report.From.Value))
                    _strangerLog.Write(log => LogMessages.CheckpointElsewhere(log, Readable.Line(written.Checkpoint.Folder)));
                Acknowledge();
                break;
            case TrainingProtocol.CheckpointWritten written when IsMissing(written.Checkpoint):
                using (_log.ForJob(_id.Value, generation: report.Generation, worker: report.From.Value))
                    _strangerLog.Write(log => LogMessages.CheckpointMissing(log, Readable.Line(written.Checkpoint.Folder)));
                // A folder that is shared may show it late: the report comes again, and counts then.
                if (!current) Acknowledge();
                break;
            case TrainingProtocol.CheckpointWritten written:
                Obey(new JobCommand.NoteCheckpoint(written.Generation, written.Checkpoint), () =>
                {
                    Acknowledge();
                    if (_state!.Checkpoints.IsSuperfluous(written.Checkpoint.Folder)) KeepFolders([written.Checkpoint.Folder], _state);
                    if (_unsealed is { } done) Self.Tell(done);
                });
                break;
            case TrainingProtocol.CheckpointDelayed delayed:
                if (current) Wait(delayed);
                Acknowledge();
                break;
            case TrainingProtocol.Validated validated:
                if ((current || IsOfTheLast(validated)) && validated.Validation.Phase == _state!.Phase!.Name && IsNew(validated))
                    using (_log.ForJob(_id.Value, _state.Phase.Name, validated.Generation, validated.Validation.Step)) _metrics.Take(_log, _state,
                        validated.Validation);
                Obey(new JobCommand.NoteValidation(validated.Generation, validated.Validation), Acknowledge);
                break;
            case TrainingProtocol.StepsDone done:
                if (current) Show(done);
                else if (done.Steps.Count > 0 && IsOfTheLast(done) && IsNew(done))
                    using (_log.ForJob(_id.Value, _state!.Phase!.Name, done.Generation, done.Steps[^1].Step))
                        Keep(done, _metrics.TakeLate);
                PassOn(done);
                Obey(new JobCommand.NoteSteps(done.Generation, _uncommitted.Steps, _uncommitted.AreUnwritten), () =>
                {
                    Acknowledge();
                    if (_unsealed is { } end) Self.Tell(end);
                });
                break;
            case TrainingProtocol.GenerationStarted started:
                PassOn(started);
                Obey(new JobCommand.NoteStart(started.Generation, started.Step, started.TotalSteps), Acknowledge);
                break;
            case TrainingProtocol.PhaseFinished finished when current:
                // Acknowledged only when the phase's end is stored: until then it is repeated, so a restart here loses nothing.
                _finished[finished.From] = Acknowledge;
                PassOn(finished);
                break;
            default:
                PassOn(report);
                Acknowledge();
                break;
        }
    }

    /// <summary>
    /// The phase is complete when the checkpoint of its last step is committed, too, and all its steps are known: a report may have been lost and
    /// come again.
    /// </summary>
    private void Finish(GenerationMessages.PhaseDone done)
    {
        if (_state?.Plan?.Generation != done.Generation
            || (_state.Checkpoints.Holds(_state.Phase!.Name, done.Step) && _uncommitted.Complete(_state.Ledger, done.Step)))
        {
            Complete(done);
            return;
        }
        _unsealed = done;
        if (!Timers.IsTimerActive(nameof(CheckpointMissed)))
            Timers.StartSingleTimer(nameof(CheckpointMissed), new CheckpointMissed(done), CheckpointPatience);
    }

    private void Complete(GenerationMessages.PhaseDone done)
    {
        _unsealed = null;
        Timers.Cancel(nameof(CheckpointMissed));
        Left(done.Generation, []);
        Obey(new JobCommand.FinishPhase(done.Generation, done.Step, done.Loss), AcknowledgeFinished);
    }

    /// <summary>
    /// Where a checkpoint lies follows from the job, the phase and the step. Another place is nobody's to name: what retention drops is deleted.
    /// </summary>
    private bool IsInPlace(CheckpointRecord checkpoint) =>
        _state is null
        || (_state.Spec.Phases.Any(phase => phase.Name == checkpoint.Phase)
            && checkpoint.Folder == CheckpointFiles.Folder(_state.RunFolder, checkpoint.Phase, checkpoint.Step));

    /// <summary>
    /// A checkpoint that the job would go on from, and that is not on disk. One that is older than those it keeps may have been deleted since.
    /// </summary>
    private bool IsMissing(CheckpointRecord checkpoint) =>
        _state is not null && !(_state.Checkpoints.Newest(checkpoint.Phase)?.Step >= checkpoint.Step) && !JobFolder.IsCheckpoint(checkpoint.Folder);

    /// <summary>What the disk refuses is shown as what the job waits for, though training goes on until the phase's end.</summary>
    private void Wait(TrainingProtocol.CheckpointDelayed delayed)
    {
        _waits = Readable.Line(delayed.Because);
        TellStatus();
        using (_log.ForJob(_id.Value, _state!.Phase?.Name, delayed.Generation, delayed.Step, delayed.From.Value))
            LogMessages.FolderTrouble(_log, _waits);
        _feed.Add(_state, happened: new(_clock.GetUtcNow(), nameof(TrainingProtocol.CheckpointDelayed), _waits));
    }

    /// <summary>Once for all that it reports together: it answers with every report that nobody has acknowledged.</summary>
    private void TellToStop(TrainingProtocol.IReport report, IActorRef worker)
    {
        // It is being ended, and in its own manner: with a checkpoint, it may be.
        if (_generation?.Number == report.Generation) return;
        if (_toldToStop.TryGetValue(report.From, out var told) && told.Generation == report.Generation
            && _clock.GetElapsedTime(told.At) < StopInterval) return;
        _toldToStop[report.From] = (report.Generation, _clock.GetTimestamp());
        worker.Tell(new TrainingProtocol.StopGeneration(report.Job, report.Generation, "The coordinator no longer counts on this generation."));
    }

    private void Show(TrainingProtocol.StepsDone done)
    {
        if (done.Steps is not [.., var last] || !IsNew(done)) return;
        using var scope = _log.ForJob(_id.Value, _state!.Phase?.Name, done.Generation, last.Step);
        if (_shown.Generation == done.Generation && last.Step <= _shown.Step)
        {
            // It was lost, and a later one was not: a watcher has seen that, and the file has its place.
            Keep(done, _metrics.TakeLate);
            return;
        }
        _shown = (done.Generation, last.Step);
        foreach (var step in done.Steps) _feed.Add(_state, step: step);
        Keep(done, _metrics.Take);
    }

    private void Keep(TrainingProtocol.StepsDone done, Func<ILogger, JobState, IReadOnlyList<StepRecord>, bool> take) =>
        _uncommitted.Add(done.Generation, done.Steps, take(_log, _state!, done.Steps));

    private bool IsOfTheLast(TrainingProtocol.IReport report) => _state is { Plan: null, Phase: not null } && _state.IsNewest(report.Generation);

    /// <summary>
    /// Whether a report of the running generation comes for the first time in this life: one that was not acknowledged in time comes again.
    /// </summary>
    private bool IsNew(TrainingProtocol.IReport report)
    {
        if (_taken.Generation != report.Generation) _taken = (report.Generation, new());
        return _taken.Reports.IsNew(report.From, report.Sequence);
    }

    private sealed record CheckpointMissed(GenerationMessages.PhaseDone Done);
}
