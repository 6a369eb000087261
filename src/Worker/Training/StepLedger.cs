using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Training;

/// <summary>
/// The newest steps and validations of a phase as this member did them. The member that reports them may die before it has; then another one reports
/// what is missing.
/// </summary>
internal sealed class StepLedger
{
    /// <summary>Steps that are remembered: more than what waits to be reported when a coordinator is gone for long.</summary>
    public const int Capacity = 10_000;

    private readonly LinkedList<StepRecord> _steps = new();
    private readonly Queue<ValidationRecord> _validations = new();

    public void Add(StepRecord step)
    {
        ForgetAfter(step.Step - 1);
        _steps.AddLast(step);
        if (_steps.Count > Capacity) _steps.RemoveFirst();
    }

    public void Add(ValidationRecord validation)
    {
        _validations.Enqueue(validation);
        if (_validations.Count > Capacity) _validations.Dequeue();
    }

    /// <summary>The remembered steps after one, in order.</summary>
    public IReadOnlyList<StepRecord> StepsAfter(long step) => [.. _steps.Where(record => record.Step > step)];

    /// <summary>The remembered validations after that of a step, in order; all when there was none.</summary>
    public IReadOnlyList<ValidationRecord> ValidationsAfter(long? step) =>
        [.. _validations.Where(record => step is null || record.Step > step)];

    /// <summary>Training goes on after a step: those that were done after it before were undone.</summary>
    public void ForgetAfter(long step)
    {
        while (_steps.Last?.Value.Step > step) _steps.RemoveLast();
    }

    /// <summary>Training goes on from another state: what was done before is not what led to it.</summary>
    public void Clear()
    {
        _steps.Clear();
        _validations.Clear();
    }
}
