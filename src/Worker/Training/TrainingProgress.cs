using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Training;

/// <summary>Tells how training goes: to the listener, and now and then to the log. Members other than rank 0 only tell of themselves.</summary>
internal sealed class TrainingProgress(bool isFirst, ITrainingListener listener, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly StepReporter _reporter = new(listener, clock);
    private long? _logged;
    private StepTime _sinceLine;

    /// <param name="time">Of this member.</param>
    public void StepDone(StepRecord step, long totalSteps, StepTime time)
    {
        if (!isFirst) return;
        _sinceLine += time;
        _reporter.Add(step);
        if (step.Skipped) LogMessages.StepSkipped(log, step.Step, step.Loss, step.GradientNorm);
        if (_logged is { } last && clock.GetElapsedTime(last) < BetweenLines && step.Step < totalSteps) return;
        LogMessages.StepDone(log, step.Step, totalSteps, step.Loss, step.TokensPerSecond, step.GradientNorm, step.LearningRate, _sinceLine.DataShare,
            _sinceLine.RingShare);
        _sinceLine = default;
        _logged = clock.GetTimestamp();
    }

    /// <summary>Every member tells of this: each has its own pieces.</summary>
    /// <param name="workers">Those that had too little memory.</param>
    public void StepInSmallerPieces(long step, IEnumerable<string> workers, int tokens, int tokensBefore) =>
        LogMessages.StepInSmallerPieces(log, step, string.Join(" and ", workers), tokens, tokensBefore);

    public void Validated(ValidationRecord validation)
    {
        if (!isFirst) return;
        Flush();
        LogMessages.Validated(log, validation.Step, validation.Phase, MetricText.Of(validation.Metrics), validation.Seconds);
        listener.Validated(validation);
    }

    /// <summary>Reports the steps that wait.</summary>
    public void Flush() => _reporter.Flush();
}
