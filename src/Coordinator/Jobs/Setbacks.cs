using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Recovery;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>What the <see cref="FailurePolicy"/> says, as the job's events. Pure.</summary>
internal static class Setbacks
{
    public static IReadOnlyList<JobEvents.IJobEvent> AfterEnd(JobState job, JobCommand.EndGeneration c, DateTimeOffset now)
    {
        var (end, step) = (c.End, Math.Max(job.Step, c.StepsDone));
        var decision = FailurePolicy.Decide(job.Failures, end, step, now);
        var ended = new JobEvents.GenerationEnded(now, c.Generation, step, end.Because, end.Cause, end.Worker,
            decision is FailureDecision.TryAgain { After: var delay } && delay > TimeSpan.Zero ? now + delay : null);
        IEnumerable<JobEvents.IJobEvent> lost = end.Cause == EndCause.CheckpointDamaged && job.Plan!.ResumeFrom is { } damaged
            ? [new JobEvents.CheckpointLost(now, damaged, end.Because)] : [];
        return [ended, .. lost, .. Consequences(job, decision, now)];
    }

    public static IReadOnlyList<JobEvents.IJobEvent> Pause(JobState job, string because, DateTimeOffset now) => job.Stage == JobStage.Paused
        ? []
        :
        [
            .. job.Plan is { } running
                ? [new JobEvents.GenerationEnded(now, running.Generation, job.Step, "The job is paused.", EndCause.Asked)]
                : Array.Empty<JobEvents.IJobEvent>(),
            new JobEvents.JobPaused(now, because),
        ];

    public static IReadOnlyList<JobEvents.IJobEvent> NobodyLeft(JobState job, DateTimeOffset now)
    {
        if (job.Stage != JobStage.Waiting) return [];
        var faults = job.Failures.Workers.Where(worker => worker.Until > now).Select(worker => $"{worker.Worker}: {worker.Because}");
        return [Paused(job, $"Every worker there is was at fault. {string.Join(" ", faults)}", now)];
    }

    private static IEnumerable<JobEvents.IJobEvent> Consequences(JobState job, FailureDecision decision, DateTimeOffset now) => decision switch
    {
        FailureDecision.LeaveOut leave => leave.Workers
            .Select(worker => new JobEvents.WorkerLeftOut(now, worker.Fault.Worker, worker.Until, worker.Fault.Because)),
        FailureDecision.Pause pause => [Paused(job, pause.Because, now)],
        FailureDecision.Fail fail => [new JobEvents.JobFailed(now, fail.Because)],
        _ => [],
    };

    private static JobEvents.JobPaused Paused(JobState job, string because, DateTimeOffset now) =>
        new(now, $"{because} Mend the cause, then go on with 'disttrain resume {job.Job}'.");
}
