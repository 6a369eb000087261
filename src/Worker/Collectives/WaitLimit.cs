namespace DistTrain.Worker.Collectives;

/// <summary>
/// How long a wait for a neighbour may be, told by those before: their median and a multiple of their spread, between two bounds. Neither
/// moves much for a single wait that was far off.
/// </summary>
/// <param name="least">The lower bound. Greater than zero.</param>
/// <param name="most">The upper bound, which also holds until enough waits are known. At least <paramref name="least"/>.</param>
internal sealed class WaitLimit(TimeSpan least, TimeSpan most)
{
    /// <summary>So many of the last waits count.</summary>
    public const int Window = 64;

    /// <summary>So many waits are needed to judge another by.</summary>
    public const int Enough = 8;

    /// <summary>How often the spread is added to the median. The spread of a normal distribution is two thirds of its deviation.</summary>
    public const int Spreads = 10;

    private readonly double[] _seconds = new double[Window];
    private long _count;

    /// <summary>How long a neighbour may be silent now.</summary>
    public TimeSpan Silence => TimeSpan.FromSeconds(Math.Max(least.TotalSeconds, Math.Min(most.TotalSeconds, Expected())));

    /// <summary>Longer waits are worth a line in the log: half of <see cref="Silence"/>, or more where the last waits were longer.</summary>
    public TimeSpan Unusual => TimeSpan.FromSeconds(Math.Max(Silence.TotalSeconds / 2, Math.Min(most.TotalSeconds / 2, Expected())));

    /// <summary>Counts a wait that has ended. Cheap: the statistics are made when a limit is asked for, which is seldom.</summary>
    public void Add(TimeSpan wait) => _seconds[_count++ % Window] = wait.TotalSeconds;

    private double Expected()
    {
        var known = (int)Math.Min(_count, Window);
        if (known < Enough) return double.PositiveInfinity;
        var sorted = _seconds[..known];
        var median = Median(sorted);
        for (var i = 0; i < known; i++) sorted[i] = Math.Abs(sorted[i] - median);
        return median + Spreads * Median(sorted);
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
