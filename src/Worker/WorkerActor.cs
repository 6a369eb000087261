using Akka.Actor;
using DistTrain.Shared;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Reporting;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker;

/// <summary>
/// One device in the cluster: it says hello, starts and stops the <see cref="TrainingSession"/> as it is told, and sends its reports
/// until they are acknowledged. What is trained lives in the session, so that another actor can take over in the middle of it.
/// </summary>
public sealed class WorkerActor : ReceiveActor, IWithTimers
{
    /// <summary>How often the worker says hello, and sends again what was not acknowledged.</summary>
    private static readonly TimeSpan HelloInterval = TimeSpan.FromSeconds(1);

    private readonly WorkerIdentity _me;
    private readonly TrainingSession _session;
    private readonly IActorRef _coordinator;
    private readonly IActorRef _search;
    private readonly Func<ActorPath, bool> _isCoordinators;
    private readonly ILogger _log;
    private readonly StrangerLog _strangerLog;
    private RosterProtocol.HelloReceived? _known;

    /// <param name="session">Of this process; a generation may be under way in it.</param>
    /// <param name="coordinator">Where the jobs singleton is reached, wherever it is.</param>
    /// <param name="search">The <see cref="CoordinatorSearch"/>, told of each answer of a coordinator.</param>
    /// <param name="isCoordinators">Whether the actor with a path is in a coordinator of this node's cluster.</param>
    public WorkerActor(
        WorkerIdentity me, TrainingSession session, IActorRef coordinator, IActorRef search, Func<ActorPath, bool> isCoordinators,
        TimeProvider clock, ILogger<WorkerActor> log)
    {
        (_me, _session, _coordinator, _search, _isCoordinators, _log, _strangerLog) = (me, session, coordinator, search, isCoordinators, log,
            new StrangerLog(log, clock));
        Receive<HelloDue>(_ => SayHello());
        FromCoordinator<RosterProtocol.HelloReceived>(Answered);
        FromCoordinator<TrainingProtocol.ReportReceived>(received =>
        {
            _session.Acknowledge(received);
            if (!IsForeign) Send(_session.Fresh());
        });
        FromCoordinator<TrainingProtocol.StartGeneration>(Start);
        FromCoordinator<TrainingProtocol.StopGeneration>(Stop);
        FromCoordinator<TrainingProtocol.PrepareGeneration>(Prepare);
        Receive<Prepared>(prepared => _coordinator.Tell(prepared.Answer));
        Receive<ReportsDue>(_ =>
        {
            if (!IsForeign) Send(_session.Fresh());
        });
        FromCoordinator<RosterProtocol.LetGo>(ended =>
        {
            if (!IsForeign) _session.LetGo(ended.Job);
        });
        Receive<StandingChanged>(_ => SayHello());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The coordinator that answers has another journal than the one whose generation is, or was last, trained here.</summary>
    private bool IsForeign => _session.Journal is { } mine && _known?.Journal is { } theirs && mine != theirs;

    protected override void PreStart()
    {
        _session.Attach(Self);
        Timers.StartPeriodicTimer(nameof(HelloDue), new HelloDue(), TimeSpan.Zero, HelloInterval);
    }

    /// <summary>
    /// What is sent from elsewhere is dropped. A coordinator repeats all of it, so that one which has just joined is heard a moment later.
    /// </summary>
    private void FromCoordinator<T>(Action<T> handle) where T : IWireMessage => Receive<T>(message =>
        {
            if (_isCoordinators(Sender.Path)) handle(message);
            else _strangerLog.Write(log => ActorLog.StrangerDropped(log, typeof(T).Name, Readable.Line(Sender.Path.ToString())));
    });

    private void Answered(RosterProtocol.HelloReceived received)
    {
        _search.Tell(CoordinatorSearch.Answered.Instance);
        if (_known == received) return;
        var before = _known;
        _known = received;
        if (IsForeign && _session.Current is { } current) ActorLog.ForeignCoordinator(_log, current.Job.Value, current.Generation);
        else if (before is null) ActorLog.OnRoster(_log, _me.Id.Value);
        else ActorLog.CoordinatorChanged(_log);
    }

    private void Start(TrainingProtocol.StartGeneration start)
    {
        // The coordinator repeats the start until it is answered; whose journal it comes from is known a moment later.
        if (_known is null || IsCurrent(start.Job, start.Generation)) return;
        if ((AssignedFolders.Refusal(start) ?? _session.Start(start, _known.Journal)) is { } refusal)
        {
            using (_log.ForJob(start.Job.Value, generation: start.Generation, worker: _me.Id.Value)) ActorLog.StartRefused(_log, start.Generation,
                Readable.Line(refusal));
            // The reports first, and by the same way: a generation that is over may have ended for a reason that the coordinator has not heard.
            if (!IsForeign) Send(_session.Pending());
            _coordinator.Tell(new TrainingProtocol.GenerationRefused(start.Job, start.Generation, _me.Id, 0, refusal));
            return;
        }
        SayHello();
    }

    private void Prepare(TrainingProtocol.PrepareGeneration prepare)
    {
        if (IsForeign || _known is null) return;
        if (AssignedFolders.Refusal(prepare.Start) is { } refusal)
            _coordinator.Tell(new TrainingProtocol.GenerationPrepared(prepare.Job, prepare.Generation, _me.Id, refusal));
        else _session.Prepare(prepare);
    }

    private void Stop(TrainingProtocol.StopGeneration stop)
    {
        if (!IsCurrent(stop.Job, stop.Generation))
        {
            _session.NoteOver(stop.Job, stop.Generation);
            // The reports first: how that generation ended may be among them.
            if (!IsForeign) Send(_session.Pending());
            _coordinator.Tell(new TrainingProtocol.GenerationStopped(
                stop.Job, stop.Generation, _me.Id, 0, TrainingProtocol.StopCause.Asked, "It does not train this generation."));
        }
        else if (!IsForeign && _session.Stop(stop.Manner))
        {
            using (_log.ForJob(stop.Job.Value, generation: stop.Generation, worker: _me.Id.Value)) ActorLog.Stopping(_log, stop.Because);
        }
    }

    private void SayHello()
    {
        // Reports first: a coordinator must hear how a generation ended before it hears that the worker is idle.
        var (current, reports) = _session.Standing();
        if (!IsForeign) Send(reports);
        _coordinator.Tell(new RosterProtocol.WorkerHello(
            _me.Id, _me.Host, _me.DataPort, _me.Device, _me.Cores, current?.Job, current?.Generation ?? 0, _me.Incarnation,
            _session.Held, _session.IsLeaving));
    }

    private void Send(IReadOnlyList<TrainingProtocol.IReport> reports)
    {
        foreach (var report in reports) _coordinator.Tell(report);
    }

    private bool IsCurrent(JobId job, int generation) => _session.Current is { } current && current.Job == job && current.Generation == generation;

    private sealed record HelloDue;
}
