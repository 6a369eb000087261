using System.Data.Common;
using Akka.Actor;
using Akka.Persistence;
using DistTrain.Coordinator.Journal;
using DistTrain.Coordinator.Logging;
using DistTrain.Coordinator.Options;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Transfer;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// The cluster's one list of jobs, its roster of workers and its queue. It checks submissions, makes a <see cref="JobActor"/> for each
/// job, gives workers to the jobs that wait, and passes every message that names a job on to that job.
/// </summary>
public sealed partial class JobsActor : ReceivePersistentActor, IWithTimers
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RestartDelay = TimeSpan.FromSeconds(2);

    private readonly CoordinatorOptions _options;
    private readonly Preparations _preparations;
    private readonly JobStore? _store;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly StrangerLog _strangerLog;
    private readonly StrangerLog _workersLog;
    private readonly string _life;
    private readonly Func<Lease, Task<DialOutcome>> _dial;
    private readonly Noted<(WorkerId, string)> _noted = new();
    private readonly Dictionary<JobId, IActorRef> _jobs = [];
    private readonly Dictionary<JobId, (IActorRef Actor, List<(object Message, IActorRef Sender)> Kept)> _leaving = [];
    private JobList _list = JobList.Empty;
    private readonly WorkerQueue _queue;
    private Roster _roster = Roster.Empty;
    private Leases _leases = Leases.None;
    private JobId? _offeredTo;
    private string? _journal;

    /// <param name="preparations">Those of the process: they outlive this actor.</param>
    /// <param name="store">That of the process; null: all workers see the jobs' folders.</param>
    /// <param name="dial">Asks a silent worker's data port whether its process lives.</param>
    public JobsActor(
        CoordinatorOptions options, Preparations preparations, JobStore? store, Func<Lease, Task<DialOutcome>> dial, TimeProvider clock,
        ILogger<JobsActor> log)
    {
        (_options, _preparations, _store, _dial, _clock, _log, _queue) = (options, preparations, store, dial, clock, log,
            new WorkerQueue(clock, options.ExpectedWorkers));
        (_strangerLog, _workersLog) = (new StrangerLog(log, clock), new StrangerLog(log, clock, Limits.WorkerLines));
        _life = Guid.NewGuid().ToString("N");

        Recover<JobEvents.JobListed>(listed => _list = _list.Apply(listed));
        Recover<JobEvents.JobEnded>(ended => _list = _list.Apply(ended));
        Recover<JobEvents.JobReopened>(reopened => _list = _list.Apply(reopened));
        Recover<JobEvents.JournalNamed>(named => _journal = named.Identity);
        Recover<RecoveryCompleted>(_ => Begin());

        FromOutside<JobsProtocol.SubmitJob>(submit => Task.Run(() => Submission.Examine(submit, _options)).PipeTo(Self, Sender));
        FromOutside<JobsProtocol.ExamineJob>(examine => Task.Run(() => Submission.Answer(examine, _options)).PipeTo(Sender));
        Command<Submission>(Submit);
        FromOutside<JobsProtocol.ListJobs>(list =>
            Sender.Tell(_list.Page(list.After, _clock.GetUtcNow()) with { DataRoot = DataRoot(list.DataRoot) }));
        FromOutside<JobsProtocol.ListWorkers>(_ => Sender.Tell(RosterText.Describe(_roster, _clock.GetUtcNow())));
        FromOutside<JobsProtocol.GetStatus>(message => PassOn(message.Job, message));
        FromOutside<JobsProtocol.GetHistory>(message => PassOn(message.Job, message));
        FromOutside<JobsProtocol.ReadFeed>(message => PassOn(message.Job, message));
        FromOutside<JobsProtocol.CancelJob>(message => PassOn(message.Job, message));
        FromOutside<JobsProtocol.PauseJob>(message => PassOn(message.Job, message));
        FromOutside<JobsProtocol.GetSpec>(message => PassOn(message.Job, message));
        FromOutside<JobsProtocol.ResumeJob>(Reopen);
        FromOutside<TrainingProtocol.IReport>(TakeReport);
        FromOutside<TrainingProtocol.GenerationPrepared>(prepared =>
        {
            if (_jobs.TryGetValue(prepared.Job, out var job)) job.Forward(prepared);
        });
        FromOutside<RosterProtocol.WorkerHello>(Hello);

        Command<JobMessages.StatusTold>(Note);
        Command<JobMessages.NothingStored>(nothing => _list = _list.NotSubmitted(nothing.Job));
        Command<JobMessages.JournalUnreadable>(unreadable =>
        {
            LogMessages.JobUnreadable(_log, unreadable.Job.Value, unreadable.Because);
            _list = _list.Unreadable(unreadable.Job, unreadable.Because, _clock.GetUtcNow());
        });
        Command<JobMessages.Idle>(idle => LetGo(idle.Job));
        Command<Terminated>(Ended);
        Command<JobMessages.JournalUnusable>(unusable =>
        {
            // All start again together, once the journal can be used.
            Context.Parent.Tell(new JobMessages.JournalFailed(Describe(unusable.Failure)));
            Context.Stop(Self);
        });
        Command<QueueMessages.WorkersDeclined>(declined => Decline(declined.Job));
        Command<WorkerMessages.WorkerMissed>(missed =>
        {
            _leases = _leases.Suspect(missed.Worker);
            LookAfterWorkers();
        });
        Command<QueueMessages.WorkersNeeded>(needed =>
        {
            _roster = _roster.Release(needed.Job);
            // Nobody waits for one that has gone since.
            var survivors = needed.Survivors.Where(survivor => _roster.Find(survivor) is { IsLeaving: false }).ToList();
            _queue.Add(new(needed.Job, needed.MinWorkers, needed.MaxWorkers)
            {
                Survivors = survivors, Request = needed.Request, LeftOut = needed.LeftOut,
            });
            GiveWorkers();
        });
        Command<QueueMessages.WorkersHeld>(held =>
        {
            // While the job's journal was read, what it held may have been idle and been given away.
            var others = held.Members.ToLookup(member => _roster.HolderOf(member.Worker) is { } holder && holder != held.Job);
            foreach (var taken in others[true]) Sender.Tell(new WorkerMessages.WorkerLost(taken.Worker, "it works for another job by now."));
            _roster = _roster.Assign(held.Job, others[false].Select(member => member.Worker));
            _leases = held.Members.Aggregate(_leases, (leases, member) => leases.Expect(member, _clock.GetUtcNow()));
        });
        Command<QueueMessages.WorkersReleased>(released =>
        {
            _roster = _roster.Release(released.Job);
            _queue.Remove(released.Job);
            GiveWorkers();
        });
        Command<PortAnswered>(answer =>
        {
            if (answer.Failure is { } failure) LogMessages.NotDialled(_log, answer.Worker.Value, failure);
            _leases = _leases.Answered(answer.Worker, answer.Outcome);
            LookAfterWorkers();
        });
        Command<TickDue>(_ =>
        {
            LookAfterWorkers();
            GiveWorkers();
        });
        Command<RestartJob>(restart => Live(restart.Job).Tell(new JobMessages.TellStatus()));
    }

    public override string PersistenceId => "jobs";

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        base.PreStart();
        Timers.StartPeriodicTimer(nameof(TickDue), new TickDue(), Tick);
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        Context.Parent.Tell(new JobMessages.JournalFailed(Describe(cause)));
        base.OnPersistFailure(cause, @event, sequenceNr);
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        // With a message, the journal was read and this event of it was not understood.
        if (message is null) Context.Parent.Tell(new JobMessages.JournalFailed(Describe(reason)));
        base.OnRecoveryFailure(reason, message);
    }

    private string Describe(Exception failure) => failure.GetBaseException() is DbException database
        ? JournalCheck.Describe(database, _options)
        : $"The journal cannot be used ({failure.GetBaseException().Message}). Look at the database and its disk.";

    private void FromOutside<T>(Action<T> handle) where T : IWireMessage => Command(Outside.Guarded(_strangerLog, handle));

    private void Submit(Submission submission)
    {
        var (submit, root, spec, problems, warnings) = submission;
        if (spec is null)
        {
            _strangerLog.Write(log => LogMessages.SubmissionRefused(log, Readable.Line(string.Join(" ", problems))));
            Sender.Tell(new JobsProtocol.JobRefused(problems));
            return;
        }
        var client = Sender;
        var id = _list.Of(submit.RequestId) ?? NewId(spec.Name);
        if (warnings.Count > 0) _strangerLog.Write(log => LogMessages.SubmissionWarned(log, id.Value, Readable.Line(string.Join(" ", warnings))));
        var folder = Path.Combine(Path.GetFullPath(_options.State), "jobs", id.Value);
        var store = new JobMessages.Submit(JobSpecWriter.ToJson(spec), root, folder, warnings.Count > 0 ? warnings : null);
        if (_list.Find(id) is not null)
        {
            PassOn(id, store);
            return;
        }
        Persist(new JobEvents.JobListed(_clock.GetUtcNow(), id, spec.Name, submit.RequestId), listed =>
        {
            _list = _list.Apply(listed);
            Live(id).Tell(store, client);
        });
    }

    private string DataRoot(string? asked) => Path.GetFullPath(asked ?? _options.Data);

    private JobId NewId(string name)
    {
        var stem = FormattableString.Invariant($"{name}-{_clock.GetUtcNow():yyyyMMdd-HHmmss}");
        var id = new JobId(stem);
        for (var number = 2; _list.Find(id) is not null; number++) id = new JobId($"{stem}-{number}");
        return id;
    }

    // The name of the journal is its first event, or the first since journals have names; nobody is answered before it is stored.
    private void Begin()
    {
        LogMessages.CoordinatorActive(_log, _list.Count);
        Context.Parent.Tell(new JobMessages.JournalRead());
        // Also those that ended before the list noted how: they tell it, once.
        foreach (var job in _list.Unended) Live(job).Tell(new JobMessages.TellStatus());
        if (_journal is null)
            Persist(new JobEvents.JournalNamed(_clock.GetUtcNow(), Guid.NewGuid().ToString("N")), named => _journal = named.Identity);
    }

    private void TakeReport(TrainingProtocol.IReport report)
    {
        // A job of another journal is not this coordinator's to stop, and its reports are not this one's to acknowledge.
        if (_list.Find(report.Job) is not { } listed) NoteStranger(report.From, report.Job);
        // Of an unreadable job nothing can be stored: the worker keeps its reports.
        else if (!listed.IsUnreadable) PassOn(report.Job, report);
    }

    private void Ended(Terminated terminated)
    {
        foreach (var job in _jobs.Where(job => job.Value.Equals(terminated.ActorRef)).Select(job => job.Key).ToList()) JobStopped(job);
        foreach (var job in _leaving.Where(job => job.Value.Actor.Equals(terminated.ActorRef)).Select(job => job.Key).ToList()) JobLeft(job);
        // The worker's process may live, and train, and be on its way back with another actor.
        foreach (var worker in _roster.All.Where(entry => entry.Actor.Equals(terminated.ActorRef))) _leases = _leases.Suspect(worker.Worker);
        LookAfterWorkers();
    }

    private sealed record TickDue;

    private sealed record RestartJob(JobId Job);

    private sealed record PortAnswered(WorkerId Worker, DialOutcome Outcome, string? Failure = null);
}
