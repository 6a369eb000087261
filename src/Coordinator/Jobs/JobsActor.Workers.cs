using System.Data.Common;
using Akka.Actor;
using Akka.Persistence;
using DistTrain.Coordinator.Logging;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Network;
using DistTrain.Shared.Protocol;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>The workers: who is there, who is lost, and who trains for which job.</summary>
public sealed partial class JobsActor
{
    private void Hello(RosterProtocol.WorkerHello hello)
    {
        if (hello.DataPort > ushort.MaxValue)
        {
            if (_noted.First((hello.Worker, $"port {hello.DataPort}")))
                _strangerLog.Write(log => LogMessages.NoPort(log, hello.Worker.Value, hello.DataPort));
            return;
        }
        var met = _roster.Meet(hello, Sender);
        if (met == Meeting.TooMany)
        {
            _strangerLog.Write(log => LogMessages.TooManyWorkers(log, hello.Worker.Value, Limits.Workers));
            return;
        }
        if (met == Meeting.Replaced)
        {
            if (_noted.First((hello.Worker, hello.Incarnation ?? ""))) _strangerLog.Write(log => LogMessages.NameTaken(log, hello.Worker.Value));
            return;
        }
        var known = _roster.Find(hello.Worker);
        if (met == Meeting.StartedAgain)
        {
            var holder = _roster.HolderOf(hello.Worker);
            _roster = _roster.Replace(hello.Worker);
            TellLost(hello.Worker, holder, "another process has its name now: it was started again, or two of one name run.");
        }
        if (known is not null && met != Meeting.Known) Context.Unwatch(known.Actor);
        if (met != Meeting.Known) Context.Watch(Sender);
        if (met is Meeting.Joins or Meeting.StartedAgain)
            _workersLog.Write(log =>
                LogMessages.WorkerJoined(log, hello.Worker.Value, Readable.Line(hello.Device), Readable.Line(hello.Host), hello.DataPort,
                    hello.Cores));
        if (met == Meeting.Rejoins) _workersLog.Write(log => LogMessages.WorkerRejoined(log, hello.Worker.Value));
        if (hello.Job is { } trained && _list.Find(trained) is null) NoteStranger(hello.Worker, trained);

        var becomesIdle = hello.Job is null && _roster.Find(hello.Worker)?.Job is not null;
        _roster = _roster.Heard(hello, Sender, _clock.GetUtcNow());
        _leases = _leases.Heard(hello.Worker, hello.Host, hello.DataPort, _clock.GetUtcNow());
        Sender.Tell(new RosterProtocol.HelloReceived(_life, _journal));
        // What a worker that is idle reported before may have come while nobody listened. It sends it again before each further hello.
        if ((met == Meeting.Known || hello.Job is not null) && _roster.HolderOf(hello.Worker) is { } job && _jobs.TryGetValue(job, out var actor))
            actor.Tell(new WorkerMessages.WorkerSeen(hello.Worker, Sender, hello.Job, hello.Generation));
        if (hello is { Job: null, Held.Job: var held } && _list.Find(held) is { HasEnded: true }) Sender.Tell(new RosterProtocol.LetGo(held));
        if (becomesIdle) GiveWorkers();
    }

    private void NoteStranger(WorkerId worker, JobId job)
    {
        if (_noted.First((worker, job.Value))) _strangerLog.Write(log => LogMessages.UnknownJobTrained(log, worker.Value, job.Value));
    }

    private void LookAfterWorkers()
    {
        var (leases, toDial, lost) = _leases.Look(_clock.GetUtcNow());
        _leases = leases;
        foreach (var lease in toDial) _dial(lease).PipeTo(
            Self, success: outcome => new PortAnswered(lease.Worker, outcome),
            failure: failure => new PortAnswered(lease.Worker, DialOutcome.Unanswered, failure.Message));
        foreach (var (worker, because) in lost)
        {
            var holder = _roster.HolderOf(worker);
            if (_roster.Find(worker) is { } entry) Context.Unwatch(entry.Actor);
            _roster = _roster.Without(worker);
            TellLost(worker, holder, because);
        }
    }

    private void TellLost(WorkerId worker, JobId? holder, string because)
    {
        _workersLog.Write(log => LogMessages.WorkerGone(log, worker.Value, Readable.Line(because)));
        if (holder is { } job && _jobs.TryGetValue(job, out var actor)) actor.Tell(new WorkerMessages.WorkerLost(worker, because));
    }

    private void GiveWorkers()
    {
        var (roster, told) = _queue.Serve(_roster);
        _roster = roster;
        foreach (var (id, message) in told)
            if (_jobs.TryGetValue(id, out var job)) job.Tell(message);
        if (!_queue.IsEmpty || _roster.Free(_clock.GetUtcNow()) is not { Count: > 0 } free) return;
        OfferTo(_offeredTo, free);
    }

    /// <summary>One job at a time is offered what is free: the one that was asked last, until it declines, then the next.</summary>
    /// <param name="last">The job that was asked last; null: the first is.</param>
    private void OfferTo(JobId? last, IReadOnlyList<RosterEntry> free)
    {
        var training = _roster.All.Where(worker => worker.AssignedTo is not null).GroupBy(worker => worker.AssignedTo!.Value)
            .OrderBy(members => members.Key.Value, StringComparer.Ordinal).ToList();
        var members = training.Find(members => members.Key == last) ?? training.FirstOrDefault();
        if (members is null || !_jobs.TryGetValue(members.Key, out var job)) return;
        _offeredTo = members.Key;
        var kind = members.First().DeviceClass;
        var fitting = free.Where(worker => worker.DeviceClass == kind && !IsHeldForAnother(worker, members.Key)).ToList();
        job.Tell(new QueueMessages.WorkersFree(fitting));
        if (fitting.Count == 0) Decline(members.Key);
    }

    // What it holds its job goes on from soon.
    private bool IsHeldForAnother(RosterEntry worker, JobId job) =>
        worker.Held is { Step: > 0 } held && held.Job != job && _list.Find(held.Job) is { } listed && !listed.Status.Status.Rests();

    private void Decline(JobId job)
    {
        if (_offeredTo != job) return;
        var next = _roster.All.Select(worker => worker.AssignedTo).OfType<JobId>().Distinct()
            .Where(other => string.CompareOrdinal(other.Value, job.Value) > 0).OrderBy(other => other.Value, StringComparer.Ordinal);
        _offeredTo = next.Any() ? next.First() : null;
    }
}
