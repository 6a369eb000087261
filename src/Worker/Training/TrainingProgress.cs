using System.Globalization;
using DistTrain.Shared.Checkpoints;
using DistTrain.Shared.Metrics;
using DistTrain.Shared.Protocol;
using DistTrain.Worker.Collectives;
using DistTrain.Worker.Logging;
using Microsoft.Extensions.Logging;

namespace DistTrain.Worker.Training;

/// <summary>
/// Tells how training goes: to the listener, and now and then to the log. Members other than rank 0 only tell of themselves; all keep what they did
/// in the ledger.
/// </summary>
internal sealed class TrainingProgress(IAllReduce ring, StepLedger ledger, ITrainingListener listener, TimeProvider clock, ILogger log)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(10);

    private readonly StepReporter _reporter = new(listener, clock);
    private readonly bool _isFirst = ring.Rank == 0;
    private StepRecord? _unconfirmed;
    private long? _logged;
    private StepTime _sinceLine;

    /// <summary>This member has done a step. It is reported when <see cref="AllHave"/> it: what is reported is done for good.</summary>
    /// <param name="time">Of this member.</param>
    public void StepDone(StepRecord step, long totalSteps, StepTime time)
    {
        ledger.Add(step);
        if (!_isFirst) return;
        _sinceLine += time;
        _unconfirmed = step;
        if (ring.Size == 1) AllHave(step.Step);
        if (step.Skipped) LogMessages.StepSkipped(log, step.Step, step.Loss, step.GradientNorm);
        if (_logged is { } last && clock.GetElapsedTime(last) < BetweenLines && step.Step < totalSteps) return;
        LogMessages.StepDone(log, step.Step, totalSteps, step.Loss, step.TokensPerSecond, step.GradientNorm, step.LearningRate, _sinceLine.DataShare,
            _sinceLine.RingShare);
        _sinceLine = default;
        _logged = clock.GetTimestamp();
    }

    /// <summary>All members have done a step: they take part in what comes after it.</summary>
    public void AllHave(long step)
    {
        if (_unconfirmed is not { } done || done.Step > step) return;
        _unconfirmed = null;
        _reporter.Add(done);
    }

    /// <summary>Reports what an earlier generation did and nobody has heard of.</summary>
    public void ReportAfter(TrainingProtocol.KnownProgress known)
    {
        if (ledger.StepsAfter(known.Step) is { Count: > 0 } steps) listener.StepsDone(steps);
        foreach (var validation in ledger.ValidationsAfter(known.Validation)) listener.Validated(validation);
    }

    /// <summary>What the validation after a step found; nothing when there was none.</summary>
    public IReadOnlyDictionary<string, double> MetricsOf(long step) =>
        ledger.ValidationsAfter(step - 1).LastOrDefault(validation => validation.Step == step)?.Metrics ?? CheckpointState.NoMetrics;

    /// <param name="speeds">Relative to each other.</param>
    public void SharesChanged(long step, IReadOnlyList<string> workers, IReadOnlyList<double> speeds)
    {
        if (_isFirst)
            LogMessages.SharesChanged(log, step, string.Join(", ", workers.Zip(speeds, (worker, speed) =>
                string.Create(CultureInfo.InvariantCulture, $"{worker} {speed / workers.Count:P0}"))));
    }

    /// <summary>Every member tells of this: each has its own pieces.</summary>
    /// <param name="workers">Those that had too little memory.</param>
    public void StepInSmallerPieces(long step, IEnumerable<string> workers, int tokens, int tokensBefore) =>
        LogMessages.StepInSmallerPieces(log, step, string.Join(" and ", workers), tokens, tokensBefore);

    public void Validated(ValidationRecord validation)
    {
        ledger.Add(validation);
        if (!_isFirst) return;
        Flush();
        LogMessages.Validated(log, validation.Step, validation.Phase, MetricText.Of(validation.Metrics), validation.Seconds);
        listener.Validated(validation);
    }

    /// <summary>Reports the steps that wait.</summary>
    public void Flush() => _reporter.Flush();
}
