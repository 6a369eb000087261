using DistTrain.Coordinator.Jobs.State;
using DistTrain.Shared.Jobs;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Keeps the <see cref="JobResult"/> in a job's folder as the job's state is.</summary>
public static class JobResultFile
{
    /// <summary>Writes it when the job has ended, removes it when the job has not; to do either again changes nothing.</summary>
    /// <returns>Null, or why it could not be done; the job goes on all the same.</returns>
    public static string? Keep(JobState job)
    {
        try
        {
            if (Of(job) is { } result) result.Write(job.RunFolder);
            else JobResult.Remove(job.RunFolder);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"How the job stands could not be noted in '{job.RunFolder}': {failure.Message}. Commands that choose a checkpoint of a run may " +
                "choose another job's.";
        }
    }

    private static JobResult? Of(JobState job) => job.HasEnded
        ? new(job.Stage, Path.GetFileName(JobStatusText.Result(job)), job.Because, job.EndedAt!.Value)
        : null;
}
