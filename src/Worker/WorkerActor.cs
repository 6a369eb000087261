using Akka.Actor;
using DistTrain.Shared.Cluster;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Reporting;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker;

/// <summary>
/// One device in the cluster. It says hello, trains the generation that it is given on the training thread, and reports. Two states:
/// idle, and training; it is idle again when the training thread has let go of the generation.
/// </summary>
public sealed class WorkerActor : ReceiveActor, IWithTimers
{
    /// <summary>How often the worker says hello, and sends again what was not acknowledged.</summary>
    private static readonly TimeSpan HelloInterval = TimeSpan.FromSeconds(1);

    private readonly WorkerIdentity _me;
    private readonly TrainingThread _thread;
    private readonly IActorRef _coordinator;
    private readonly ILogger _log;
    private readonly Outbox _outbox = new();

    /// <summary>The newest generation of each job that this worker has begun or was told is over: none up to it is begun again.</summary>
    private readonly Dictionary<JobId, int> _newest = [];
    private TrainingProtocol.StartGeneration? _current;
    private CancellationTokenSource? _stop;
    private string _life = "";

    /// <param name="coordinator">Where the jobs singleton is reached, wherever it is.</param>
    public WorkerActor(WorkerIdentity me, TrainingThread thread, IActorRef coordinator, ILogger<WorkerActor> log)
    {
        (_me, _thread, _coordinator, _log) = (me, thread, coordinator, log);
        Become(Idle);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(HelloDue), new HelloDue(), TimeSpan.Zero, HelloInterval);

    protected override void PostStop() => _stop?.Cancel();

    private void Idle()
    {
        Common();
        Receive<TrainingProtocol.StartGeneration>(Start);
        Receive<TrainingProtocol.StopGeneration>(AnswerStopped);
    }

    private void Training()
    {
        Common();
        Receive<TrainingProtocol.StartGeneration>(start =>
        {
            // The coordinator repeats the start until the ring is closed.
            if (!IsCurrent(start.Job, start.Generation)) Refuse(start, $"it still trains generation {_current!.Generation} of job {_current.Job}.");
        });
        Receive<TrainingProtocol.StopGeneration>(stop =>
        {
            if (IsCurrent(stop.Job, stop.Generation)) Stop(stop.Because);
            else AnswerStopped(stop);
        });
        Receive<SessionReport>(report =>
        {
            if (IsCurrent(report.Job, report.Generation)) Report(report.Make);
        });
        Receive<SessionEnded>(Ended);
    }

    private void Common()
    {
        Receive<HelloDue>(_ =>
        {
            // Reports first: a new coordinator must hear how a generation ended before it hears that the worker is idle.
            foreach (var report in _outbox.Overdue()) _coordinator.Tell(report);
            SayHello();
        });
        Receive<RosterProtocol.HelloReceived>(received =>
        {
            if (_life == received.Coordinator) return;
            if (_life.Length > 0) ActorLog.CoordinatorChanged(_log);
            else ActorLog.OnRoster(_log, _me.Id.Value);
            _life = received.Coordinator;
        });
        Receive<TrainingProtocol.ReportReceived>(Acknowledge);
    }

    private void Start(TrainingProtocol.StartGeneration start)
    {
        if (_newest.TryGetValue(start.Job, out var newest) && start.Generation <= newest)
        {
            Refuse(start, $"for it generation {newest} of the job is over, and a generation that is over never starts again.");
            return;
        }
        _newest[start.Job] = start.Generation;
        _outbox.BeginGeneration();
        _current = start;
        _stop = new CancellationTokenSource();
        _thread.Run(start, new SessionListener(Self, _me.Id, start), _stop.Token);
        Become(Training);
        SayHello();
    }

    private void Stop(string because)
    {
        if (_stop!.IsCancellationRequested) return;
        using (_log.ForJob(_current!.Job.Value, generation: _current.Generation, worker: _me.Id.Value)) ActorLog.Stopping(_log, because);
        _stop.Cancel();
    }

    private void Ended(SessionEnded ended)
    {
        _current = null;
        _stop?.Dispose();
        _stop = null;
        Become(Idle);
        // The report first: a worker that is idle before it says why looks like the culprit.
        Report(sequence => new TrainingProtocol.GenerationStopped(ended.Job, ended.Generation, _me.Id, sequence, ended.Cause, ended.Because, ended.Break));
        SayHello();
    }

    private void Refuse(TrainingProtocol.StartGeneration start, string because)
    {
        using (_log.ForJob(start.Job.Value, generation: start.Generation, worker: _me.Id.Value)) ActorLog.StartRefused(_log, start.Generation, because);
        Sender.Tell(new TrainingProtocol.GenerationRefused(start.Job, start.Generation, _me.Id, 0, because));
    }

    private void AnswerStopped(TrainingProtocol.StopGeneration stop)
    {
        // Its start may still be on its way.
        _newest[stop.Job] = Math.Max(stop.Generation, _newest.GetValueOrDefault(stop.Job));
        _coordinator.Tell(new TrainingProtocol.GenerationStopped(
            stop.Job, stop.Generation, _me.Id, 0, TrainingProtocol.StopCause.Asked, "It does not train this generation."));
    }

    private void Report(Func<long, TrainingProtocol.IReport> make)
    {
        var before = _outbox.Dropped;
        _coordinator.Tell(_outbox.Add(make));
        if (before == 0 && _outbox is { Dropped: > 0, LastDropped: { } first })
            ActorLog.ReportsDropped(_log, first.Steps.Select(step => step.Step).FirstOrDefault(), first.Generation);
    }

    private void Acknowledge(TrainingProtocol.ReportReceived received)
    {
        _outbox.Acknowledge(received);
        if (_outbox is { IsEmpty: true, Dropped: > 0, LastDropped: { } last })
            ActorLog.ReportsWereDropped(_log, _outbox.TakeDropped(), last.Steps.Select(step => step.Step).LastOrDefault(), last.Generation);
    }

    private void SayHello() => _coordinator.Tell(new RosterProtocol.WorkerHello(
        _me.Id, _me.Host, _me.DataPort, _me.Device, _me.Cores, _current?.Job, _current?.Generation ?? 0));

    private bool IsCurrent(JobId job, int generation) => _current is { } current && current.Job == job && current.Generation == generation;

    private sealed record HelloDue;
}
