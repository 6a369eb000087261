using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Where a job stands, as clients are told.</summary>
public static class JobStatusText
{
    /// <param name="waits">Why it waits for workers, or for its disk; empty when it does not.</param>
    /// <param name="newest">The newest step of its phase that was reported; null when none was.</param>
    public static JobsProtocol.JobStatus Describe(JobState job, string waits, DateTimeOffset now, StepRecord? newest = null) => new(
        job.Job, job.Spec.Name, job.Stage, job.Stage is JobStage.Waiting or JobStage.Training && waits.Length > 0
            ? waits : Readable.Lines(job.Because), job.Phase?.Name ?? "",
        job.Step, job.TotalSteps, job.Generation, job.Plan?.Members.Count ?? 0, Result(job), job.RunFolder,
        ((job.EndedAt ?? now) - job.SubmittedAt).TotalSeconds, job.CompletedPhases,
        newest, job.LastMetrics.Count > 0 ? job.LastMetrics : null);

    /// <summary>What the job leaves behind, or its newest checkpoint as long as it has not completed; null before the first.</summary>
    internal static string? Result(JobState job) =>
        job.Stage == JobStage.Completed ? job.Result : job.Checkpoints.Newest()?.Folder;
}
