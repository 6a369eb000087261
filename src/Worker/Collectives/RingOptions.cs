namespace DistTrain.Worker.Collectives;

/// <summary>How a ring cuts its data, and how long it waits. Nobody sets it from outside: tests alone have other values than the defaults.</summary>
public sealed record RingOptions
{
    /// <summary>Bytes of one chunk: the unit that is checked, added and passed on while the next one arrives.</summary>
    /// <value>A multiple of 8, from 8 to 64 MiB. Default 512 KiB, which stays in a core's second-level cache.</value>
    public int ChunkBytes { get; init; } = 512 * 1024;

    /// <summary>
    /// How long a neighbour may be silent at the least. Within it the limit follows from recent waits; see <see cref="WaitLimit"/>. A member that
    /// lives is never silent for longer than a quarter of it, or than <see cref="LongestPulse"/>.
    /// </summary>
    /// <value>Greater than zero; where members have options of their own, at least 4 s. Default 5 s.</value>
    public TimeSpan LeastSilence { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a neighbour may be silent at the most, and until enough waits are known.</summary>
    /// <value>At least <see cref="LeastSilence"/>. Default 60 s.</value>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How long a neighbour that lives is waited for while it is at work between two collectives and shows no progress; see
    /// <see cref="IAllReduce.Alive"/>.
    /// </summary>
    /// <value>Greater than zero. Default 10 min.</value>
    public TimeSpan WorkLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long <see cref="Ring.Connect"/> waits for its two neighbours.</summary>
    /// <value>Greater than zero. Default 30 s.</value>
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What both ends of each link must know; a link without it is refused.</summary>
    /// <value>Any text that fits into a hello. Default: empty.</value>
    public string Token { get; init; } = "";

    /// <summary>The longest time between two signs of life, whatever the options: the other end has options of its own.</summary>
    internal static TimeSpan LongestPulse { get; } = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing is sent before a pulse is.</summary>
    internal TimeSpan PulseInterval => LeastSilence / 4 < LongestPulse ? LeastSilence / 4 : LongestPulse;
}
