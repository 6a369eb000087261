using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Which of a generation's reports have come: one that is not acknowledged in time comes again. It belongs to one actor.</summary>
public sealed class SeenReports
{
    /// <summary>How far back it remembers each member's numbers: more than an hour of reports, so one from before that is one that came.</summary>
    public const int Window = 10_000;

    private readonly Dictionary<WorkerId, (long Newest, HashSet<long> Seen)> _members = [];

    /// <summary>Whether a report comes for the first time.</summary>
    /// <param name="sequence">Its number, counted by its sender.</param>
    public bool IsNew(WorkerId from, long sequence)
    {
        var (newest, seen) = _members.GetValueOrDefault(from, (sequence, []));
        if (sequence <= newest - Window || !seen.Add(sequence)) return false;
        newest = Math.Max(newest, sequence);
        if (seen.Count > 2 * Window) seen.RemoveWhere(old => old <= newest - Window);
        _members[from] = (newest, seen);
        return true;
    }
}
