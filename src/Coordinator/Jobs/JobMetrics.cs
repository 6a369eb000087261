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
        if (_newest?.Phase == phase) return _newest?.Step;
        StepRecord? newest = null;
        Guarded(log, job, file => newest = file.NewestStep(phase));
        _newest = (phase, newest);
        return newest;
    }

    /// <param name="job">In its phase, with its generation.</param>
    /// <param name="steps">At least one.</param>
    /// <returns>Whether the file has them.</returns>
    public bool Take(ILogger log, JobState job, IReadOnlyList<StepRecord> steps)
    {
        _newest = (job.Phase!.Name, steps[^1]);
        _log.Write(log, job, steps);
        return TakeLate(log, job, steps);
    }

    /// <summary>Steps whose report was lost, and came again after one of later steps.</summary>
    /// <param name="job">As in <see cref="Take(ILogger, JobState, IReadOnlyList{StepRecord})"/>, or with the generation that was its last.</param>
    /// <returns>Whether the file has them.</returns>
    public bool TakeLate(ILogger log, JobState job, IReadOnlyList<StepRecord> steps)
    {
        var phase = job.Phase!.Name;
        var now = clock.GetUtcNow();
        if (Newest(log, job) is not { } newest || steps[^1].Step > newest.Step) _newest = (phase, steps[^1]);
        // Steps of a generation that has just ended were done by as many as those before.
        _workers = job.Plan?.Members.Count ?? _workers;
        return Guarded(log, job, file => file.Add(steps.Select(step => MetricsLine.Of(phase, job.Generation, _workers, step, now))));
    }

    public void Take(ILogger log, JobState job, ValidationRecord validation) =>
        Guarded(log, job, file => file.Add([MetricsLine.Of(job.Generation, validation, clock.GetUtcNow())]));

    /// <summary>
    /// The steps of a phase that the newest generation reported, in this life of the coordinator or an earlier one; none when the file cannot be
    /// read.
    /// </summary>
    /// <param name="isWanted">Whether a step is asked for.</param>
    public IReadOnlyList<StepRecord> StepsOf(ILogger log, JobState job, string phase, Func<long, bool> isWanted)
    {
        IReadOnlyList<StepRecord> steps = [];
        Guarded(log, job, file => steps = file.StepsOf(phase, job.Generation, isWanted));
        return steps;
    }

    private bool Guarded(ILogger log, JobState job, Action<MetricsFile> work)
    {
        try
        {
            work(_file ??= new MetricsFile(job.RunFolder));
            _trouble = null;
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            // The same trouble comes with every report: it is told once.
            if (_trouble == failure.Message) return false;
            _trouble = failure.Message;
            LogMessages.MetricsMissing(log, Path.Combine(job.RunFolder, MetricsFile.FileName), failure.Message);
            return false;
        }
    }
}
