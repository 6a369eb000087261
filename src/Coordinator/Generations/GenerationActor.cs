using Akka.Actor;
using DistTrain.Coordinator.Logging;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Generations;

/// <summary>
/// One membership of one phase: starts its members, follows them, and ends them all when one is lost, stops or finishes. It tells its
/// job <see cref="GenerationMessages.PhaseDone"/> or <see cref="GenerationMessages.GenerationOver"/> once, when every member has stopped or has been
/// given up, and then ends itself.
/// </summary>
public sealed class GenerationActor : ReceiveActor, IWithTimers
{
    /// <summary>How often an unanswered start or stop is sent again.</summary>
    private static readonly TimeSpan Repeat = TimeSpan.FromSeconds(1);

    /// <summary>How long members may take from the start message until each was heard of; loading a model is part of it.</summary>
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(120);

    /// <summary>A member of which nothing was heard for so long after it was told to stop is given up: it is dead.</summary>
    private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many of these a member may take that says it still trains: it sees the order between two steps, and a big model's take long. After that it
    /// is wedged.
    /// </summary>
    private const int StopDeadlines = 24;

    /// <summary>How many of these a step may take after which all are to stop; then they are stopped at once.</summary>
    private const int StepDeadlines = 12;

    /// <summary>The same for a member that others miss in the ring: its links are closed, so it either answers at once or is gone.</summary>
    private static readonly TimeSpan MissedDeadline = TimeSpan.FromSeconds(1);

    private readonly GenerationPlan _plan;
    private readonly ILogger _log;
    private readonly Dictionary<WorkerId, IActorRef> _actors;
    private readonly HashSet<WorkerId> _heard = [];
    private GenerationState _state;
    private TrainingProtocol.StopManner _manner;
    private int _deadlines;
    private long? _step;
    private double _loss;

    public GenerationActor(GenerationPlan plan, ILogger log)
    {
        _plan = plan;
        _log = log;
        _actors = new(plan.Actors);
        _state = new([.. Enumerable.Range(0, plan.Assignments.Count).Select(plan.Member)]);
        Become(Running);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        SendStarts();
        Timers.StartPeriodicTimer(nameof(RepeatDue), RepeatDue.Instance, Repeat);
        // Of an adopted generation the members are expected back: whoever is not heard is lost by his lease.
        if (!_plan.Adopted) Timers.StartSingleTimer(nameof(DeadlinePassed), DeadlinePassed.Instance, StartDeadline);
    }

    private void Running()
    {
        Common();
        Receive<RepeatDue>(_ => SendStarts());
        Receive<DeadlinePassed>(_ => End($"Not every member started in time; missing: {Missing()}.", EndCause.MemberLost));
        Receive<GenerationMessages.EndGeneration>(end => End(end.Because, EndCause.Asked, manner: end.Manner));
        Receive<WorkerMessages.WorkerSeen>(Seen);
        Receive<TrainingProtocol.GenerationStarted>(started =>
        {
            Reach(started.Step);
            Training(started.From);
        });
        Receive<TrainingProtocol.GenerationRefused>(refused =>
        {
            _state = _state.WithStopped(refused.From);
            End($"Worker {refused.From} refused: {Readable.Line(refused.Because)}", EndCause.MemberLost, refused.From);
        });
        Receive<TrainingProtocol.PhaseFinished>(Finished);
        Receive<TrainingProtocol.GenerationStopped>(stopped =>
        {
            Note(stopped);
            // A member that was asked to stop, or has finished, ends nothing by itself.
            if (stopped.Cause != TrainingProtocol.StopCause.Asked || !_state.Finished.ContainsKey(stopped.From))
            {
                var end = MemberWords.Of(stopped);
                // Where a member left, all have stopped after the same step, and one may be writing its checkpoint.
                End(end.Because, end.Cause, end.Worker, stopped.Cause == TrainingProtocol.StopCause.Left
                    ? TrainingProtocol.StopManner.AfterStep : TrainingProtocol.StopManner.Now);
            }
        });
    }

    private void Stopping()
    {
        Common();
        Receive<RepeatDue>(_ => SendStops());
        Receive<DeadlinePassed>(_ => GiveUpSilent());
        Receive<MissedDeadlinePassed>(_ => GiveUp([.. _state.Missed]));
        Receive<GenerationMessages.EndGeneration>(end =>
        {
            _state = _state.EndingBecause(end.Because, EndCause.Asked);
            if (end.Manner == TrainingProtocol.StopManner.Now) StopNow();
        });
        Receive<WorkerMessages.WorkerSeen>(seen =>
        {
            _actors[seen.Worker] = seen.Actor;
            if (Trains(seen)) _heard.Add(seen.Worker);
        });
        Receive<TrainingProtocol.GenerationStopped>(stopped =>
        {
            Note(stopped);
            if (stopped.Cause != TrainingProtocol.StopCause.Asked)
            {
                var end = MemberWords.Of(stopped);
                _state = _state.EndingBecause(end.Because, end.Cause, end.Worker);
            }
            LeaveWhenAllOver();
        });
        Receive<TrainingProtocol.GenerationRefused>(refused =>
        {
            _state = _state.WithStopped(refused.From);
            LeaveWhenAllOver();
        });
        Receive<TrainingProtocol.IReport>(_ => { });
    }

    private void Common()
    {
        Receive<TrainingProtocol.StepsDone>(done => Reach(done.Steps.Select(step => step.Step).DefaultIfEmpty().Max()));
        Receive<WorkerMessages.WorkerLost>(lost =>
        {
            _state = _state.WithOver(lost.Worker);
            End($"Worker {lost.Worker} is lost: {Readable.Line(lost.Because)}", EndCause.MemberLost, lost.Worker);
            LeaveWhenAllOver();
        });
    }

    // Reports come again, and an old one says nothing new.
    private void Reach(long step) => _step = Math.Max(step, _step ?? 0);

    private void Seen(WorkerMessages.WorkerSeen seen)
    {
        _actors[seen.Worker] = seen.Actor;
        if (Trains(seen)) Training(seen.Worker);
        else if (!_state.Finished.ContainsKey(seen.Worker) && (_state.Training.Contains(seen.Worker) || _plan.Adopted))
            End($"Worker {seen.Worker} no longer trains this generation.", EndCause.MemberLost, seen.Worker);
    }

    private bool Trains(WorkerMessages.WorkerSeen seen) => seen.Job == _plan.Job && seen.Generation == _plan.Generation;

    private void Training(WorkerId member)
    {
        if (_state.AllTrain) return;
        _state = _state.WithTraining(member);
        if (!_state.AllTrain) return;
        Timers.Cancel(nameof(DeadlinePassed));
        if (_plan.Adopted) Log(LogMessages.GenerationAdopted);
    }

    private void Finished(TrainingProtocol.PhaseFinished finished)
    {
        _state = _state.WithFinished(finished.From, finished.ParametersHash);
        (_step, _loss) = (finished.Step, finished.Loss);
        if (_state.EndsBecause is { } because) End(because, _state.Cause);
        else if (_state.AllFinished) End("The phase is finished.", EndCause.Asked);
    }

    /// <param name="worker">Whose doing it is; null when it is that of no single one.</param>
    private void End(string because, EndCause cause, WorkerId? worker = null,
        TrainingProtocol.StopManner manner = TrainingProtocol.StopManner.Now)
    {
        _state = _state.EndingBecause(because, cause, worker);
        if (manner == TrainingProtocol.StopManner.Now && _manner != manner)
        {
            StopNow();
            return;
        }
        if (Timers.IsTimerActive("stopping")) return;
        _manner = manner;
        Timers.StartSingleTimer("stopping", DeadlinePassed.Instance, StopDeadline);
        Timers.Cancel(nameof(DeadlinePassed));
        Log(log => LogMessages.GenerationEnding(log, _state.EndsBecause ?? because), worker);
        Become(Stopping);
        SendStops();
        LeaveWhenAllOver();
    }

    private void Note(TrainingProtocol.GenerationStopped stopped)
    {
        _state = _state.WithStopped(stopped.From);
        foreach (var fault in MemberWords.Of(stopped).Faults) _state = _state.WithFault(fault);
        if (stopped is not { Cause: TrainingProtocol.StopCause.RingBroken, Break: { } seen }) return;
        _state = _state.WithBreak(seen with { Reason = Readable.Line(seen.Reason) });
        Reach(seen.StepsDone);
        foreach (var missed in _state.Missed) Context.Parent.Tell(new WorkerMessages.WorkerMissed(missed));
        if (_state.Missed.Any() && !Timers.IsTimerActive(nameof(MissedDeadlinePassed)))
            Timers.StartSingleTimer(nameof(MissedDeadlinePassed), MissedDeadlinePassed.Instance, MissedDeadline);
    }

    /// <summary>It was to end after a step, which is no longer waited for.</summary>
    private void StopNow()
    {
        _manner = TrainingProtocol.StopManner.Now;
        SendStops();
    }

    private void GiveUpSilent()
    {
        _deadlines++;
        if (_deadlines == StepDeadlines) StopNow();
        GiveUp([.. _state.Members.Except(_state.Over).Where(member => _deadlines == StopDeadlines || !_heard.Contains(member))]);
        _heard.Clear();
        if (!_state.AllOver) Timers.StartSingleTimer("stopping", DeadlinePassed.Instance, StopDeadline);
    }

    private void GiveUp(IReadOnlyList<WorkerId> silent)
    {
        if (silent.Count == 0) return;
        Log(log => LogMessages.MembersGivenUp(log, string.Join(", ", silent)));
        _state = silent.Aggregate(_state, (state, member) => state.WithOver(member));
        LeaveWhenAllOver();
    }

    private void LeaveWhenAllOver()
    {
        if (_state.AllOver) Leave();
    }

    private void Leave()
    {
        var parent = Context.Parent;
        parent.Tell(_state.AllFinished && _state.Finished.Values.Distinct().Count() == 1
            ? new GenerationMessages.PhaseDone(_plan.Generation, _step ?? 0, _loss)
            : new GenerationMessages.GenerationOver(_plan.Generation, _state.End, _state.StepsDone, _state.Stopped));
        Context.Stop(Self);
        // A member may report in the moment between: the job answers it by itself from now on.
        Become(() => ReceiveAny(_ => { }));
    }

    private void SendStarts()
    {
        for (var rank = 0; rank < _plan.Assignments.Count; rank++)
            if (!_plan.Adopted && !_state.Training.Contains(_plan.Member(rank)))
                _actors[_plan.Member(rank)].Tell(_plan.Assignments[rank], Context.Parent);
    }

    private void SendStops()
    {
        foreach (var (worker, actor) in _actors.Where(actor => !_state.Over.Contains(actor.Key)))
            actor.Tell(new TrainingProtocol.StopGeneration(_plan.Job, _plan.Generation, _state.EndsBecause ?? "", _manner), Context.Parent);
    }

    private string Missing() => string.Join(", ", _state.Members.Except(_state.Training));

    private void Log(Action<ILogger> write, WorkerId? worker = null)
    {
        using (_log.ForJob(_plan.Job.Value, _plan.Phase, _plan.Generation, _step, worker?.Value)) write(_log);
    }

    private sealed class RepeatDue
    {
        public static readonly RepeatDue Instance = new();
    }

    private sealed class DeadlinePassed
    {
        public static readonly DeadlinePassed Instance = new();
    }

    private sealed class MissedDeadlinePassed
    {
        public static readonly MissedDeadlinePassed Instance = new();
    }
}
