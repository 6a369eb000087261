using Akka.Actor;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Generations;
using DistTrain.Worker.Logging;
using DistTrain.Worker.Training;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Reporting;

/// <summary>
/// What this process trains, and what it has not reported yet. It belongs to the process: the worker's actor, with the actor system
/// around it, may be made anew in the middle of a generation, and the new one attaches here. Any thread may call it.
/// </summary>
public sealed class TrainingSession(WorkerId me, TrainingThread thread, ILogger<TrainingSession> log)
{
    private readonly Lock _gate = new();

    /// <summary>The newest generation of each job that was begun here, or is over: none up to it is begun again.</summary>
    private readonly Dictionary<JobId, int> _newest = [];
    private Outbox _outbox = new();
    private TrainingProtocol.StartGeneration? _current;
    private GenerationStop? _stop;
    private IActorRef _actor = ActorRefs.Nobody;
    private bool _isPreparing;

    /// <summary>The generation under way; null while the worker is idle.</summary>
    public TrainingProtocol.StartGeneration? Current
    {
        get { lock (_gate) return _current; }
    }

    /// <summary>Name of the journal whose coordinator started the newest generation; null before the first, or when it has no name.</summary>
    public string? Journal { get; private set; }

    /// <summary>What the training thread holds while nothing is trained; null when that is nothing.</summary>
    public RosterProtocol.HeldState? Held { get; private set; }

    /// <summary>The process ends: nothing more is begun here.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>From now on the process <see cref="IsLeaving"/>: the generation under way ends after its step, on all members.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            IsLeaving = true;
            _stop?.Leave();
            _actor.Tell(StandingChanged.Instance);
        }
    }

    /// <summary>Makes ready for a generation that comes later, unless something is trained.</summary>
    public void Prepare(TrainingProtocol.PrepareGeneration prepare)
    {
        lock (_gate)
        {
            if (IsLeaving || _current is not null || _isPreparing) return;
            // What comes meanwhile comes again.
            _isPreparing = true;
            thread.Prepare(prepare.Start, (held, failure) =>
            {
                lock (_gate)
                {
                    _isPreparing = false;
                    if (_current is null) Held = held;
                    _actor.Tell(new Prepared(new(prepare.Job, prepare.Generation, me, failure)));
                }
            });
        }
    }

    /// <summary>Lets go of what is held of a job, unless something is trained.</summary>
    public void LetGo(JobId job)
    {
        lock (_gate)
        {
            if (_current is not null || Held?.Job != job) return;
            LogMessages.StateLetGo(log, job.Value);
            Held = null;
            thread.LetGo(job, held =>
            {
                lock (_gate)
                {
                    if (_current is null) Held = held;
                }
            });
        }
    }

    /// <summary>From now on this actor is told when <see cref="ReportsDue"/> and when its <see cref="StandingChanged"/>.</summary>
    public void Attach(IActorRef actor)
    {
        lock (_gate) _actor = actor;
    }

    /// <summary>Trains a generation, unless one is under way or this one is over.</summary>
    /// <param name="journal">Name of the journal of the coordinator that asks for it; null when it has none.</param>
    /// <returns>Why it is refused, as the end of a sentence; null when it has begun.</returns>
    public string? Start(TrainingProtocol.StartGeneration start, string? journal)
    {
        lock (_gate)
        {
            if (IsLeaving) return "it is ending.";
            if (_current is { } current) return $"it still trains generation {current.Generation} of job {current.Job}.";
            if (_newest.TryGetValue(start.Job, out var newest) && start.Generation <= newest)
                return $"for it generation {newest} of the job is over, and a generation that is over never starts again.";
            if (Journal is { } before && journal is not null && journal != before) Abandon();
            _newest[start.Job] = start.Generation;
            _outbox.BeginGeneration();
            (_current, _stop, Journal, Held) = (start, new GenerationStop(), journal, null);
            thread.Run(start, new SessionListener(this, me, start), _stop);
            return null;
        }
    }

    /// <summary>A generation that does not run here is over; its start may still be on its way.</summary>
    public void NoteOver(JobId job, int generation)
    {
        lock (_gate) _newest[job] = Math.Max(generation, _newest.GetValueOrDefault(job));
    }

    /// <summary>Ends the generation.</summary>
    /// <returns>False when it was told so before.</returns>
    public bool Stop(TrainingProtocol.StopManner manner)
    {
        lock (_gate) return _stop?.Request(manner) == true;
    }

    /// <inheritdoc cref="Outbox.Fresh"/>
    public IReadOnlyList<TrainingProtocol.IReport> Fresh()
    {
        lock (_gate) return _outbox.Fresh();
    }

    /// <inheritdoc cref="Outbox.All"/>
    public IReadOnlyList<TrainingProtocol.IReport> Pending()
    {
        lock (_gate) return _outbox.All();
    }

    /// <summary>
    /// What is trained now, and the reports that have to be sent before that is told: of an idle worker all, since one that is idle before it says
    /// why looks like the culprit; of another what is overdue.
    /// </summary>
    public (TrainingProtocol.StartGeneration? Current, IReadOnlyList<TrainingProtocol.IReport> First) Standing()
    {
        lock (_gate)
        {
            var overdue = _outbox.Overdue();
            return (_current, _current is null ? _outbox.All() : overdue);
        }
    }

    /// <inheritdoc cref="Outbox.Acknowledge"/>
    public void Acknowledge(TrainingProtocol.ReportReceived received)
    {
        lock (_gate)
        {
            _outbox.Acknowledge(received);
            if (_outbox is { IsEmpty: true, Dropped: > 0, LastDropped: { } last })
                ActorLog.ReportsWereDropped(log, _outbox.TakeDropped(), last.Steps.Select(step => step.Step).LastOrDefault(), last.Generation);
        }
    }

    /// <summary>Numbers a report, keeps it until it is acknowledged, and tells the actor that it is there.</summary>
    internal void Report(Func<long, TrainingProtocol.IReport> make)
    {
        lock (_gate)
        {
            var before = _outbox.Dropped;
            _outbox.Add(make);
            _actor.Tell(ReportsDue.Instance);
            if (before == 0 && _outbox is { Dropped: > 0, LastDropped: { } first })
                ActorLog.ReportsDropped(log, first.Steps.Select(step => step.Step).FirstOrDefault(), first.Generation);
        }
    }

    /// <summary>The training thread has let go of the generation.</summary>
    internal void Ended(TrainingProtocol.StopCause cause, string because, TrainingProtocol.RingBreak? ring, RosterProtocol.HeldState? held)
    {
        lock (_gate)
        {
            var ended = _current!;
            _current = null;
            _stop!.Dispose();
            (_stop, Held) = (null, held);
            Report(sequence => new TrainingProtocol.GenerationStopped(ended.Job, ended.Generation, me, sequence, cause, because, ring));
            _actor.Tell(StandingChanged.Instance);
        }
    }

    private void Abandon()
    {
        if (!_outbox.IsEmpty) ActorLog.ReportsAbandoned(log, _outbox.Pending.Count());
        _outbox = new Outbox();
    }
}
