using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Training;

/// <summary>Collects the records of steps and passes them on in batches: every step is reported, but the coordinator is not flooded.</summary>
public sealed class StepReporter(ITrainingListener listener, TimeProvider clock)
{
    /// <summary>The least time between two reports.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(0.5);

    private readonly List<StepRecord> _waiting = [];
    private long? _reported;

    /// <summary>Adds a step, and reports when the last report is long enough ago.</summary>
    public void Add(StepRecord step)
    {
        _waiting.Add(step);
        if (_reported is not { } last || clock.GetElapsedTime(last) >= Interval) Flush();
    }

    /// <summary>Reports at once whatever waits.</summary>
    public void Flush()
    {
        if (_waiting.Count == 0) return;
        listener.StepsDone(_waiting.ToArray());
        _waiting.Clear();
        _reported = clock.GetTimestamp();
    }
}
