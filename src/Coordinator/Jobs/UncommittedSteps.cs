using DistTrain.Shared.Protocol;
using DistTrain.Shared.Runs;

namespace DistTrain.Coordinator.Jobs;

/// <summary>
/// Steps that were reported and that the journal does not have yet. A report is acknowledged before the journal has its steps, since an event for
/// each would only fill that: the job's metrics file, written before, has them for a coordinator that is started again. It belongs to one actor.
/// </summary>
public sealed class UncommittedSteps
{
    private readonly SortedDictionary<long, StepRecord> _steps = [];

    /// <summary>The generation whose report they came with.</summary>
    public int Generation { get; private set; }

    /// <summary>Whether the metrics file lacks one of them: then only the journal can have it.</summary>
    public bool AreUnwritten { get; private set; }

    /// <summary>In order.</summary>
    public IReadOnlyList<StepRecord> Steps => [.. _steps.Values];

    /// <param name="areWritten">Whether the metrics file has them.</param>
    public void Add(int generation, IEnumerable<StepRecord> steps, bool areWritten)
    {
        Generation = generation;
        AreUnwritten |= !areWritten;
        foreach (var step in steps) _steps.TryAdd(step.Step, step);
    }

    /// <summary>The journal has what the state tells of.</summary>
    public void Drop(StepRanges ledger)
    {
        foreach (var step in _steps.Keys.Where(ledger.Holds).ToList()) _steps.Remove(step);
        AreUnwritten &= _steps.Count > 0;
    }

    /// <summary>Whether journal and these together have every step up to one.</summary>
    public bool Complete(StepRanges ledger, long step) => _steps.Keys.Aggregate(ledger, (known, each) => known.With(each, each)).Whole >= step;
}
