using DistTrain.Worker.Collectives;

namespace DistTrain.Worker.Training;

/// <summary>
/// How fast the members of a generation compute, measured while they train, so that a slow one gets less of each batch. All members come to the same
/// numbers, because they are of sums over the ring.
/// </summary>
internal sealed class MemberSpeeds
{
    /// <summary>Steps between two looks. The update does not depend on the shares, but its rounding does: they change seldom.</summary>
    public const int Window = 200;

    /// <summary>How far a speed must be from the share that its member has, in two looks after each other: less is noise.</summary>
    public const double Threshold = 0.25;

    private double[] _weights;
    private double _seconds, _cost;
    private bool _wasUneven;

    /// <param name="members">Of the ring.</param>
    public MemberSpeeds(int members) => _weights = [.. Enumerable.Repeat(1.0, members)];

    /// <summary>This member has computed its share of a step.</summary>
    /// <param name="cost">Of the share, in any unit.</param>
    public void Add(TimeSpan time, long cost) => (_seconds, _cost) = (_seconds + time.TotalSeconds, _cost + cost);

    /// <summary>Every member calls it after the same step.</summary>
    /// <returns>The members' shares from now on, relative to each other; null when they stay as they are.</returns>
    public IReadOnlyList<double>? Look(IAllReduce ring)
    {
        var sums = new double[2 * ring.Size];
        (sums[ring.Rank], sums[ring.Size + ring.Rank]) = (_seconds, _cost);
        (_seconds, _cost) = (0, 0);
        ring.Sum(sums);
        var speeds = Relative([.. Enumerable.Range(0, ring.Size).Select(rank => sums[rank] > 0 ? sums[ring.Size + rank] / sums[rank] : 0)]);
        // Who had nothing to compute was not measured.
        if (Array.Exists(speeds, speed => !(speed > 0))) return null;
        var isUneven = speeds.Zip(_weights).Any(member => Math.Abs(member.First / member.Second - 1) > Threshold);
        var changes = isUneven && _wasUneven;
        _wasUneven = isUneven && !changes;
        return changes ? _weights = speeds : null;
    }

    private static double[] Relative(double[] speeds)
    {
        var mean = speeds.Average();
        return Array.ConvertAll(speeds, speed => speed / mean);
    }
}
