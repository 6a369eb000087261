using DistTrain.Shared.Protocol;

namespace DistTrain.Worker.Reporting;

/// <summary>
/// The reports of one generation that the coordinator has not acknowledged, in order. They outlive the coordinator: the next one is
/// sent what the last one did not confirm. It belongs to one actor.
/// </summary>
public sealed class Outbox
{
    /// <summary>Reports kept while no coordinator answers; beyond that the oldest reports of steps are dropped, never the others.</summary>
    public const int Capacity = 10_000;

    private readonly LinkedList<TrainingProtocol.IReport> _pending = new();
    private long _last;
    private long _lastAsked;

    /// <summary>Reports that nobody has acknowledged, oldest first.</summary>
    public IEnumerable<TrainingProtocol.IReport> Pending => _pending;

    /// <summary>What has to be sent again, oldest first: reports that were pending when this was last asked, and still are.</summary>
    public IReadOnlyList<TrainingProtocol.IReport> Overdue()
    {
        var overdue = _pending.TakeWhile(report => report.Sequence <= _lastAsked).ToList();
        _lastAsked = _last;
        return overdue;
    }

    public bool IsEmpty => _pending.Count == 0;

    /// <summary>Reports of steps that were dropped because nobody took them.</summary>
    public long Dropped { get; private set; }

    /// <summary>Numbers a report and keeps it until it is acknowledged.</summary>
    public TrainingProtocol.IReport Add(Func<long, TrainingProtocol.IReport> report)
    {
        var numbered = report(++_last);
        _pending.AddLast(numbered);
        if (_pending.Count > Capacity && _pending.OfType<TrainingProtocol.StepsDone>().FirstOrDefault() is { } oldest)
        {
            _pending.Remove(oldest);
            Dropped++;
        }
        return numbered;
    }

    /// <summary>Lets go of a report. A late word about a report of another generation, whose numbers mean others, changes nothing.</summary>
    public void Acknowledge(TrainingProtocol.ReportReceived received)
    {
        for (var node = _pending.First; node is not null; node = node.Next)
            if ((node.Value.Job, node.Value.Generation, node.Value.Sequence) == (received.Job, received.Generation, received.Sequence))
            {
                _pending.Remove(node);
                return;
            }
    }
}
