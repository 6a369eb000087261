using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Persistence;
using DistTrain.Coordinator.Generations;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Journal;
using DistTrain.Coordinator.Logging;
using DistTrain.Coordinator.Options;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Transfer;
using MessagePack;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// One job: carries its <see cref="JobState"/> from command to journal to action. The state decides, the journal is written, then
/// the sender is answered, then <see cref="Continue"/> does what the new state asks for; after a restart the same method goes on from there.
/// </summary>
public sealed partial class JobActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>A job that has ended leaves the memory when nobody has asked for it for so long.</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(30);

    private readonly JobId _id;
    private readonly CoordinatorOptions _options;
    private readonly Preparations _preparations;
    private readonly JobStore? _store;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly StrangerLog _strangerLog;
    private readonly JobFeed _feed;
    private readonly JobMetrics _metrics;
    private JobState? _state;
    private readonly List<JobEvents.IJobEvent> _history = [];
    private string _waits = "";
    private (int Number, IActorRef Actor)? _generation;
    private int _left;
    private (int Generation, long Step) _shown;
    private readonly Dictionary<WorkerId, Action> _finished = [];
    private IReadOnlyCollection<WorkerId> _survivors = [];
    private int _request;
    private bool _isPlanning;
    private (string Spec, CancellationTokenSource Stop)? _preparation;

    /// <param name="store">Where workers that do not see the job's folder have its files from; null: all see it.</param>
    public JobActor(JobId id, CoordinatorOptions options, Preparations preparations, JobStore? store, TimeProvider clock, ILogger log)
    {
        // The life of the feed is the actor's, also where Akka makes the actor anew: numbers start again when it does.
        (_id, _options, _preparations, _store, _clock, _log, _feed, _metrics) = (id, options, preparations, store, clock, log,
            new JobFeed(Guid.NewGuid().ToString("N")), new JobMetrics(clock));

        _strangerLog = new StrangerLog(log, clock);

        Recover<JobEvents.IJobEvent>(Fold);
        Recover<RecoveryCompleted>(_ =>
        {
            if (_state is null) Context.Parent.Tell(new JobMessages.NothingStored(_id));
            else TidyFolders(_state);
            RecallSteps();
            // One that has ended may have been started to be taken up again, and says how it stands when it has decided.
            if (_state is { HasEnded: false }) TellStatus();
            Continue();
        });

        Command<JobMessages.Submit>(Store);
        Command<JobMessages.DataReady>(ready =>
        {
            // The job may have been changed while its data was prepared.
            if (ready.Spec != _state?.SpecJson) return;
            _preparation = null;
            Obey(new JobCommand.NoteData(ready.Data));
        });
        Command<JobMessages.DataFailed>(failed =>
        {
            if (failed.Spec != _state?.SpecJson) return;
            _preparation = null;
            Obey(failed.DiskIsFull ? WhenThereIsSpace(failed) : new JobCommand.Fail(Readable.Lines(failed.Because)));
        });
        Command<JobMessages.PreparationNote>(Note);
        Command<QueueMessages.WorkersGranted>(Plan);
        Command<QueueMessages.StillWaiting>(Wait);
        Command<QueueMessages.WorkersFree>(Offer);
        Command<TrainingProtocol.GenerationPrepared>(NoteReady);
        Command<WorkerMessages.WorkerSeen>(TellGeneration);
        Command<WorkerMessages.WorkerLost>(TellGeneration);
        Command<WorkerMessages.WorkerMissed>(missed => Context.Parent.Tell(missed));
        Command<GenerationMessages.PhaseDone>(Finish);
        Command<CheckpointMissed>(missed => Complete(missed.Done));
        Command<GenerationMessages.GenerationOver>(over =>
        {
            Left(over.Generation, over.Survivors);
            var done = Math.Max(over.StepsDone, _shown.Generation == over.Generation ? _shown.Step : 0);
            Obey(new JobCommand.EndGeneration(over.Generation, over.End, done), AcknowledgeFinished);
        });
        Command(Outside.Guarded<TrainingProtocol.IReport>(_strangerLog, Take));
        Command<ReceiveTimeout>(_ => Context.Parent.Tell(new JobMessages.Idle(_id)));
        Command<JobMessages.Leave>(_ => Context.Stop(Self));
        Command<JobMessages.TellStatus>(_ => TellStatus());
        Command<JobsProtocol.GetStatus>(_ =>
            Answer(state => JobStatusText.Describe(state, _waits, _clock.GetUtcNow(), _metrics.Newest(_log, state))));
        Command<JobsProtocol.GetHistory>(read => Answer(_ => JobHistoryText.Page(read, _history)));
        Command<JobsProtocol.ReadFeed>(read => Answer(state => _feed.Read(read, state.Stage.Rests())));
        Command<JobsProtocol.GetSpec>(_ => Answer(state => new JobsProtocol.JobSpecification(_id, state.SpecJson, state.DataRoot)));
        Command<JobsProtocol.ResumeJob>(Examine);
        Command<ChangedJob>(Resume);
        CommandRecovery();
        Command<JobsProtocol.CancelJob>(cancel =>
        {
            var client = Sender;
            if (_state is null) client.Tell(new JobsProtocol.JobUnknown(_id));
            else Obey(new JobCommand.Cancel(Readable.Line(cancel.Because)),
                () => client.Tell(new JobsProtocol.JobCancelAccepted(_id, _state.Stage)));
        });
    }

    public override string PersistenceId => SqlJournal.OfJob(_id);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PostStop()
    {
        _preparation?.Stop.Cancel();
        base.PostStop();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        Context.Parent.Tell(new JobMessages.JournalUnusable(cause));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    // An event that cannot be read or applied now cannot be later either, and concerns this job alone; a database that does not answer concerns all.
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        var isThisJobs = message is not null || reason is MessagePackSerializationException or ArgumentException or SerializationException;
        Context.Parent.Tell(isThisJobs
            ? new JobMessages.JournalUnreadable(_id, reason.GetBaseException().Message) : new JobMessages.JournalUnusable(reason));
        base.OnRecoveryFailure(reason, message);
    }

    private void Store(JobMessages.Submit submit)
    {
        var client = Sender;
        if (_state is not null)
        {
            client.Tell(new JobsProtocol.JobAccepted(_id, _state.RunFolder, Existing: true, submit.Warnings));
            return;
        }
        Persist(new JobEvents.JobSubmitted(_clock.GetUtcNow(), _id, submit.Spec, submit.DataRoot, submit.RunFolder), submitted =>
        {
            Fold(submitted);
            Announce(submitted);
            client.Tell(new JobsProtocol.JobAccepted(_id, submit.RunFolder, Existing: false, submit.Warnings));
            Continue();
        });
    }

    private void Fold(JobEvents.IJobEvent happened)
    {
        _state = happened is JobEvents.JobSubmitted submitted ? JobState.From(submitted) : _state!.Apply(happened);
        _history.Add(happened);
        if (happened is JobEvents.StepsCommitted) _uncommitted.Drop(_state.Ledger);
    }

    /// <summary>Store, then answer, then act.</summary>
    private void Obey(JobCommand command, Action? answer = null)
    {
        if (_state is null) return;
        var before = _state;
        PersistAll(Decide(command), happened =>
        {
            Fold(happened);
            Announce(happened);
        });
        DeferAsync(command, _ =>
        {
            answer?.Invoke();
            if (ReferenceEquals(before, _state)) return;
            KeepFolders(before.Checkpoints, _state!);
            Continue();
        });
    }

    /// <summary>
    /// Sees to it that what the state asks for is under way. Called after each change and after recovery; repeating it is harmless.
    /// </summary>
    private void Continue()
    {
        if (_state is null) return;
        if (!_state.HasEnded) Context.SetReceiveTimeout(null);
        if (JobResultFile.Keep(_state) is { } trouble)
            using (_log.ForJob(_id.Value)) LogMessages.FolderTrouble(_log, trouble);
        switch (_state.Stage)
        {
            case JobStage.Preparing or JobStage.Waiting when _generation is { } outdated:
                // Taken up again, or changed, while its members still train: what comes next comes when they have stopped.
                outdated.Actor.Tell(new GenerationMessages.EndGeneration("The job goes on otherwise.",
                    TrainingProtocol.StopManner.AfterCheckpoint));
                break;
            case JobStage.Preparing:
                Prepare(_state);
                break;
            case JobStage.Waiting when _isPlanning:
                // It has its workers: the plan is being stored.
                break;
            case JobStage.Waiting when _state.Failures.TryAgainAt > _clock.GetUtcNow():
                WaitToTryAgain(_state);
                break;
            case JobStage.Waiting:
                Context.Parent.Tell(WorkersNeeded(_state));
                break;
            case JobStage.Training when _left == _state.Plan!.Generation:
                // It has ended itself: how is being stored.
                break;
            case JobStage.Training when _generation?.Number != _state.Plan.Generation:
                Context.Parent.Tell(new QueueMessages.WorkersHeld(_id, _state.Plan.Members));
                StartGeneration(_state, []);
                break;
            case JobStage.Training:
                break;
            default:
                _preparation?.Stop.Cancel();
                _preparation = null;
                // Its workers are free when it has left them.
                if (_generation is { } running)
                    running.Actor.Tell(new GenerationMessages.EndGeneration(_state.Because, _state.Stage == JobStage.Paused
                        ? TrainingProtocol.StopManner.AfterCheckpoint : TrainingProtocol.StopManner.Now));
                else Rest();
                break;
        }
    }

    private void Rest()
    {
        Context.Parent.Tell(new QueueMessages.WorkersReleased(_id));
        if (_state!.HasEnded) Context.SetReceiveTimeout(IdleLimit);
    }

    private void TellStatus()
    {
        if (_state is not null)
            Context.Parent.Tell(
                new JobMessages.StatusTold(JobStatusText.Describe(_state, _waits, _clock.GetUtcNow(), _metrics.Newest(_log, _state)),
                    _state.HasEnded));
    }

    private void AcknowledgeFinished()
    {
        foreach (var acknowledge in _finished.Values) acknowledge();
        _finished.Clear();
    }

    private void Wait(QueueMessages.StillWaiting waiting)
    {
        if (_waits == waiting.Because) return;
        _waits = waiting.Because;
        TellStatus();
        using (_log.ForJob(_id.Value, _state?.Phase?.Name)) LogMessages.JobWaits(_log, waiting.Because);
        _feed.Add(_state, happened: new(_clock.GetUtcNow(), "Waiting", waiting.Because));
    }

    private void Announce(JobEvents.IJobEvent happened)
    {
        // It has workers, or the disk takes checkpoints again.
        if (happened is JobEvents.GenerationPlanned or JobEvents.GenerationEnded or JobEvents.CheckpointCommitted) _waits = "";
        TellStatus();
        // Steps are shown as they are reported; the watermark says nothing new.
        if (happened is JobEvents.StepsCommitted) return;
        var line = JobHistoryText.Describe(happened);
        using (_log.ForJob(_id.Value, _state!.Phase?.Name, _state.Generation, _state.Step))
        {
            LogMessages.Happened(_log, line.Text);
            if (happened is JobEvents.DataPrepared prepared)
                foreach (var warning in prepared.Data.Warnings()) LogMessages.DataDoubt(_log, warning);
        }
        // A watcher is shown the numbers of a validation rather than the sentence.
        if (happened is JobEvents.Validated validated) _feed.Add(_state, validation: validated.Validation);
        else _feed.Add(_state, happened: line);
    }

    private void Answer(Func<JobState, object> describe) =>
        Sender.Tell(_state is null ? new JobsProtocol.JobUnknown(_id) : describe(_state));
}
