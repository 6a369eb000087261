using Akka.Actor;
using DistTrain.Coordinator.Generations;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Scheduling;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// The generation that works for the job: planned with the workers that are granted, told what concerns it, left when it has ended itself.
/// </summary>
public sealed partial class JobActor
{
    private void Plan(QueueMessages.WorkersGranted granted)
    {
        // The workers of an earlier request were free again when this one came, and may be another job's by now.
        if (granted.Request != _request) return;
        if (_state?.Stage != JobStage.Waiting || _isPlanning)
        {
            Context.Parent.Tell(new QueueMessages.WorkersReleased(_id));
            return;
        }
        var workers = granted.Workers;
        _isPlanning = true;
        var held = workers.Where(worker => worker.Held is not null).ToDictionary(worker => worker.Worker, worker => worker.Held!);
        PersistAll(Decide(new JobCommand.PlanGeneration(RingPlanner.Order(workers), held)), happened =>
        {
            Fold(happened);
            Announce(happened);
            if (happened is not JobEvents.GenerationPlanned) return;
            _isPlanning = false;
            StartGeneration(_state!, workers);
        });
    }

    private void StartGeneration(JobState job, IReadOnlyList<RosterEntry> workers)
    {
        var plan = Assignments.Of(job, workers, _store?.Offer(_id, job.RunFolder));
        _generation = (plan.Generation, Context.ActorOf(Props.Create(() => new GenerationActor(plan, _log)), $"generation-{plan.Generation}"));
    }

    private void TellGeneration(object message) => _generation?.Actor.Tell(message);

    /// <summary>Also of a job that has ended meanwhile: its generation has to hear that the members stopped.</summary>
    private void PassOn(TrainingProtocol.IReport report)
    {
        if (_generation?.Number == report.Generation) TellGeneration(report);
    }

    /// <summary>A generation has ended itself, and its members are free.</summary>
    private void Left(int generation, IReadOnlyCollection<WorkerId> survivors)
    {
        if (_generation?.Number != generation) return;
        (_generation, _left, _survivors) = (null, generation, survivors);
        if (_state!.HasEnded) Rest();
        else if (_state.Plan is null) Continue();
    }
}
