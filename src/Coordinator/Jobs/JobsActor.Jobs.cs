using System.Collections.Immutable;
using Akka.Actor;
using DistTrain.Coordinator.Logging;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>The actors of the jobs: which run, and what comes for those that do not.</summary>
public sealed partial class JobsActor
{
    private IActorRef Live(JobId id)
    {
        if (_jobs.TryGetValue(id, out var live)) return live;
        return _jobs[id] = Context.Watch(Context.ActorOf(Props.Create(() => new JobActor(id, _options, _preparations, _store, _clock, _log))));
    }

    /// <summary>To a job's actor, which is started for it when the job has ended.</summary>
    private void PassOn(JobId id, object message)
    {
        var listed = _list.Find(id);
        if (listed is null) Sender.Tell(new JobsProtocol.JobUnknown(id));
        else if (listed.IsUnreadable) Sender.Tell(listed.AnswerOfUnreadable(message));
        else if (_leaving.TryGetValue(id, out var leaving)) leaving.Kept.Add((message, Sender));
        else if (_jobs.TryGetValue(id, out var live)) live.Forward(message);
        else if (message is JobsProtocol.GetStatus) Sender.Tell(listed.StatusAt(_clock.GetUtcNow()));
        // What is lost while an actor is about to start again is sent again.
        else if (listed.HasEnded) Live(id).Forward(message);
    }

    /// <summary>
    /// To an ended job. That it may go on is stored here first: a coordinator that dies right after the job has taken itself up again starts it all
    /// the same. A job that refuses tells that it has still ended.
    /// </summary>
    private void Reopen(JobsProtocol.ResumeJob resume)
    {
        if (_list.Find(resume.Job) is not { HasEnded: true, IsUnreadable: false })
        {
            PassOn(resume.Job, resume);
            return;
        }
        Persist(new JobEvents.JobReopened(_clock.GetUtcNow(), resume.Job), reopened =>
        {
            _list = _list.Apply(reopened);
            if (!_leaving.ContainsKey(resume.Job)) Live(resume.Job);
            PassOn(resume.Job, resume);
        });
    }

    private void Note(JobMessages.StatusTold told)
    {
        var (id, now) = (told.Status.Job, _clock.GetUtcNow());
        var noted = _list.Find(id);
        _list = _list.Told(told.Status, now);
        if (noted is null || (noted.HasEnded == told.HasEnded && !ReachedFurther())) return;
        if (told.HasEnded) Persist(new JobEvents.JobEnded(now, told.Status), ended => _list = _list.Apply(ended));
        else Persist(new JobEvents.JobReopened(now, id), reopened => _list = _list.Apply(reopened));

        // A checkpoint that was being written when the job ended came after it, or a validation.
        bool ReachedFurther() => told.HasEnded
            && ((told.Status.Checkpoint, told.Status.Step) != (noted.Status.Checkpoint, noted.Status.Step)
                || !AreSame(told.Status.Metrics, noted.Status.Metrics));
    }

    private static bool AreSame(IReadOnlyDictionary<string, double>? one, IReadOnlyDictionary<string, double>? other)
    {
        var (known, told) = (one ?? ImmutableDictionary<string, double>.Empty, other ?? ImmutableDictionary<string, double>.Empty);
        return known.Count == told.Count && known.All(metric => told.TryGetValue(metric.Key, out var value) && value.Equals(metric.Value));
    }

    private void LetGo(JobId id)
    {
        if (_list.Find(id) is not { HasEnded: true } || !_jobs.Remove(id, out var actor)) return;
        _leaving[id] = (actor, []);
        actor.Tell(new JobMessages.Leave());
    }

    private void JobStopped(JobId job)
    {
        _jobs.Remove(job);
        // Its next life counts its requests anew.
        _queue.Remove(job);
        if (_list.Find(job) is { IsUnreadable: true }) return;
        LogMessages.JobActorStopped(_log, job.Value, RestartDelay);
        Timers.StartSingleTimer(job, new RestartJob(job), RestartDelay);
    }

    private void JobLeft(JobId job)
    {
        _leaving.Remove(job, out var left);
        // It may have begun to work again with the last message that it got.
        if (left.Kept.Count > 0 || _list.Find(job) is { HasEnded: false }) Live(job);
        foreach (var (message, sender) in left.Kept) _jobs[job].Tell(message, sender);
        if (_jobs.TryGetValue(job, out var actor)) actor.Tell(new JobMessages.TellStatus());
    }
}
