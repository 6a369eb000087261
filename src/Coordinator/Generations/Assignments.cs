using System.Security.Cryptography;
using Akka.Actor;
using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Workers;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Generations;

/// <summary>Turns a planned generation into what each of its members is sent.</summary>
public static class Assignments
{
    private const int TokenDigits = 32;

    /// <param name="job">A job with a plan.</param>
    /// <param name="workers">The members as the roster knows them; empty when the generation already runs and is adopted.</param>
    /// <param name="store">Where members that do not see the job's folder have its files from; null: all see it.</param>
    public static GenerationPlan Of(JobState job, IReadOnlyList<RosterEntry> workers, StoreAddress? store = null)
    {
        var plan = job.Plan!;
        var threads = workers.ToDictionary(worker => worker.Worker, worker => RingPlanner.ThreadsFor(worker, workers));
        var token = RandomNumberGenerator.GetHexString(TokenDigits);
        var held = plan.Holder is { } holder ? new TrainingProtocol.HeldStart(holder, plan.ResumeStep) : null;
        var known = new TrainingProtocol.KnownProgress(job.Ledger.Whole, job.Validations.IsEmpty ? null : job.Validations.Max,
            job.Checkpoints.Newest(job.Phase!.Name)?.Step ?? 0);
        var assignments = plan.Members.Select((member, rank) => new TrainingProtocol.StartGeneration(
            job.Job, plan.Generation, job.SpecJson, plan.PhaseIndex, job.Data!, plan.Members, rank, threads.GetValueOrDefault(member.Worker, 1),
            plan.ResumeFrom, job.PhaseStart, job.RunFolder, token, held, known, store)).ToList();
        return new(job.Job, job.Phase!.Name, plan.Generation, assignments, workers.ToDictionary(worker => worker.Worker, worker => worker.Actor));
    }
}
