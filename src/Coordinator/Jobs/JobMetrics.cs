using DistTrain.Coordinator.Jobs.State;
using DistTrain.Coordinator.Logging;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;
using Microsoft.Extensions.Logging;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// The numbers that a job's members report: to <see cref="MetricsFile"/> as they come, now and then to the log, and the newest for whoever asks.
/// Told of a report before it is acknowledged, so that none is missing. It belongs to one actor.
/// </summary>
public sealed class JobMetrics(TimeProvider clock)
{
    private readonly StepLog _log = new(clock);
    private MetricsFile? _file;
    private string? _trouble;
    private (string Phase, StepRecord? Step)? _newest;
    private int _workers;

    /// <summary>
    /// The newest step of the job's phase that was reported, in this life of the coordinator or an earlier one; null before the first.
    /// </summary>
    public StepRecord? Newest(ILogger log, JobState job)
    {
        if (job.Phase?.Name is not { } phase) return null;
        if (_newest?.Phase != phase) _newest = (phase, Guarded(log, job, file => file.NewestStep(phase)));
        return _newest?.Step;
    }

    /// <param name="job">In its phase, with its generation.</param>
    /// <param name="steps">At least one.</param>
    public void Take(ILogger log, JobState job, IReadOnlyList<StepRecord> steps)
    {
        _newest = (job.Phase!.Name, steps[^1]);
        _log.Write(log, job, steps);
        TakeLate(log, job, steps);
    }

    /// <summary>Steps whose report was lost, and came again after one of later steps.</summary>
    /// <param name="job">As in <see cref="Take(ILogger, JobState, IReadOnlyList{StepRecord})"/>, or with the generation that was its last.</param>
    public void TakeLate(ILogger log, JobState job, IReadOnlyList<StepRecord> steps)
    {
        var phase = job.Phase!.Name;
        var now = clock.GetUtcNow();
        if (Newest(log, job) is not { } newest || steps[^1].Step > newest.Step) _newest = (phase, steps[^1]);
        // Steps of a generation that has just ended were done by as many as those before.
        _workers = job.Plan?.Members.Count ?? _workers;
        Guarded(log, job, file => file.Add(steps.Select(step => MetricsLine.Of(phase, job.Generation, _workers, step, now))));
    }

    public void Take(ILogger log, JobState job, ValidationRecord validation) =>
        Guarded(log, job, file => file.Add([MetricsLine.Of(job.Generation, validation, clock.GetUtcNow())]));

    private void Guarded(ILogger log, JobState job, Action<MetricsFile> work) => Guarded(log, job, file =>
        {
            work(file);
            return (StepRecord?)null;
    });

    private StepRecord? Guarded(ILogger log, JobState job, Func<MetricsFile, StepRecord?> work)
    {
        try
        {
            var step = work(_file ??= new MetricsFile(job.RunFolder));
            _trouble = null;
            return step;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The same trouble comes with every report: it is told once.
            if (_trouble == failure.Message) return null;
            _trouble = failure.Message;
            LogMessages.MetricsMissing(log, Path.Combine(job.RunFolder, MetricsFile.FileName), failure.Message);
            return null;
        }
    }
}
