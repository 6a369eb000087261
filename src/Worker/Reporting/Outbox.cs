using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Reporting;

/// <summary>
/// The reports that the coordinator has not acknowledged, in order. They outlive the coordinator and their generation: the next coordinator
/// is sent what the last one did not confirm, whatever is trained meanwhile. It belongs to one session.
/// </summary>
public sealed class Outbox
{
    /// <summary>Reports kept while no coordinator answers; beyond that the oldest reports of steps are dropped, never the others.</summary>
    public const int Capacity = 10_000;

    private readonly LinkedList<(long Order, TrainingProtocol.IReport Report)> _pending = new();
    private long _sequence;
    private long _order;
    private long _orderAsked;
    private long _orderSent;

    /// <summary>Reports that nobody has acknowledged, oldest first.</summary>
    public IEnumerable<TrainingProtocol.IReport> Pending => _pending.Select(pending => pending.Report);

    public bool IsEmpty => _pending.Count == 0;

    /// <summary>Reports of steps that were dropped because nobody took them, since <see cref="TakeDropped"/>.</summary>
    public long Dropped { get; private set; }

    /// <summary>The newest report that was dropped.</summary>
    public TrainingProtocol.StepsDone? LastDropped { get; private set; }

    /// <summary>Begins a generation: its reports are numbered from 1. What is pending of an earlier one stays pending.</summary>
    public void BeginGeneration() => _sequence = 0;

    /// <summary>Something is pending that was so when <see cref="Overdue"/> was last asked.</summary>
    private bool HasOverdue => _pending.First?.Value.Order <= _orderAsked;

    /// <summary>
    /// What has to be sent now that there is a report that never was: all that is pending, oldest first. The coordinator keeps nothing that is older
    /// than what it has, so no report may overtake one that was lost. None while something is overdue: then all wait for the next repetition.
    /// </summary>
    public IReadOnlyList<TrainingProtocol.IReport> Fresh() => _orderSent == _order || HasOverdue ? [] : All();

    /// <summary>What has to be sent again: all that is pending, oldest first, when something was so when this was last asked; else none.</summary>
    public IReadOnlyList<TrainingProtocol.IReport> Overdue()
    {
        var overdue = HasOverdue;
        _orderAsked = _order;
        return overdue ? All() : [];
    }

    /// <summary>All that is pending, oldest first, to be sent now.</summary>
    public IReadOnlyList<TrainingProtocol.IReport> All()
    {
        _orderSent = _order;
        return [.. Pending];
    }

    /// <summary>Numbers a report and keeps it until it is acknowledged.</summary>
    public TrainingProtocol.IReport Add(Func<long, TrainingProtocol.IReport> report)
    {
        var numbered = report(++_sequence);
        _pending.AddLast((++_order, numbered));
        if (_pending.Count > Capacity) DropOldestSteps();
        return numbered;
    }

    /// <summary>Lets go of a report.</summary>
    public void Acknowledge(TrainingProtocol.ReportReceived received)
    {
        for (var node = _pending.First; node is not null; node = node.Next)
        {
            var report = node.Value.Report;
            if ((report.Job, report.Generation, report.Sequence) != (received.Job, received.Generation, received.Sequence)) continue;
            _pending.Remove(node);
            return;
        }
    }

    /// <summary>How many reports were dropped; counted anew from now on.</summary>
    public long TakeDropped()
    {
        var dropped = Dropped;
        Dropped = 0;
        return dropped;
    }

    private void DropOldestSteps()
    {
        for (var node = _pending.First; node is not null; node = node.Next)
        {
            if (node.Value.Report is not TrainingProtocol.StepsDone steps) continue;
            _pending.Remove(node);
            (Dropped, LastDropped) = (Dropped + 1, steps);
            return;
        }
    }
}
