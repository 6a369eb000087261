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

    /// <summary>Reports that nobody has acknowledged, oldest first.</summary>
    public IEnumerable<TrainingProtocol.IReport> Pending => _pending.Select(pending => pending.Report);

    public bool IsEmpty => _pending.Count == 0;

    /// <summary>Reports of steps that were dropped because nobody took them, since <see cref="TakeDropped"/>.</summary>
    public long Dropped { get; private set; }

    /// <summary>The newest report that was dropped.</summary>
    public TrainingProtocol.StepsDone? LastDropped { get; private set; }

    /// <summary>Begins a generation: its reports are numbered from 1. What is pending of an earlier one stays pending.</summary>
    public void BeginGeneration() => _sequence = 0;

    /// <summary>What has to be sent again, oldest first: reports that were pending when this was last asked, and still are.</summary>
    public IReadOnlyList<TrainingProtocol.IReport> Overdue()
    {
        var overdue = _pending.TakeWhile(pending => pending.Order <= _orderAsked).Select(pending => pending.Report).ToList();
        _orderAsked = _order;
        return overdue;
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
