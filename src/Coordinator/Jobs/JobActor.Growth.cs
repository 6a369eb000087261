using Akka.Actor;
using DistTrain.Coordinator.Generations;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Logging;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Logging;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// Workers come while the job trains with fewer than it may have: they get ready beside the running ring, and are taken in after a step, so that the
/// others wait for no more than a new ring and the state's way to the newcomers.
/// </summary>
public sealed partial class JobActor
{
    private Growth _growth = Growth.None;

    private void Offer(QueueMessages.WorkersFree offer)
    {
        if (_state is not { Stage: JobStage.Training, Plan: { } plan } job || _generation is null || job.StartedGeneration != plan.Generation
            || job.Spec.Resources.MaxWorkers <= plan.Members.Count)
        {
            _growth = Growth.None;
            Context.Parent.Tell(new QueueMessages.WorkersDeclined(_id));
            return;
        }
        var leftOut = job.Failures.LeftOut(_clock.GetUtcNow());
        var (growth, toTell) = _growth.Offered(plan.Generation,
            offer.Workers.Where(worker => !leftOut.ContainsKey(worker.Worker)).Take(job.Spec.Resources.MaxWorkers - plan.Members.Count));
        _growth = growth;
        foreach (var worker in toTell) worker.Actor.Tell(Preparation(job, plan, worker, _store?.Offer(_id, job.RunFolder)), Self);
        Grow();
    }

    private void NoteReady(TrainingProtocol.GenerationPrepared prepared)
    {
        // An answer for a generation that has ended by itself ends none: who is ready may be a member already.
        if (prepared.Generation != _growth.Generation + 1 || _generation?.Number != _growth.Generation) return;
        _growth = prepared.Because is null ? _growth.Ready(prepared.From) : _growth.Refused(prepared.From);
        if (prepared.Because is { } refusal)
            using (_log.ForJob(_id.Value, _state?.Phase?.Name, _growth.Generation, worker: prepared.From.Value))
                _strangerLog.Write(log => LogMessages.NewcomerNotReady(log, Readable.Line(refusal)));
        Grow();
    }

    private void Grow()
    {
        if (_growth.IsEnding || !_growth.AllReady) return;
        _growth = _growth with { IsEnding = true };
        var names = string.Join(" and ", _growth.Newcomers.Select(worker => $"'{worker}'"));
        TellGeneration(new GenerationMessages.EndGeneration($"Worker {names} joins.", TrainingProtocol.StopManner.AfterStep));
    }

    // As the next generation's start, but for the ring: what it starts from lies with the others.
    private static TrainingProtocol.PrepareGeneration Preparation(JobState job, JobEvents.GenerationPlanned plan, RosterEntry worker,
        StoreAddress? store)
    {
        List<TrainingProtocol.Member> members = [.. plan.Members, new(worker.Worker, worker.Host, worker.DataPort)];
        return new(job.Job, plan.Generation + 1, new(job.Job, plan.Generation + 1, job.SpecJson, plan.PhaseIndex, job.Data!, members,
            members.Count - 1, RingPlanner.ThreadsFor(worker, [worker]), ResumeFrom: null, job.PhaseStart, job.RunFolder,
            Store: store));
    }
}
