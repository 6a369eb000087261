namespace DistTrain.Worker.Collectives;

/// <summary>How a ring cuts its data, and how long it waits. Nobody sets it from outside: tests alone have other values than the defaults.</summary>
public sealed record RingOptions
{
    /// <summary>Bytes of one chunk: the unit that is checked, added and passed on while the next one arrives.</summary>
    /// <value>A multiple of 8, from 8 to 64 MiB. Default 512 KiB, which stays in a core's second-level cache.</value>
    public int ChunkBytes { get; init; } = 512 * 1024;

    /// <summary>
    /// How long a neighbour may be silent during a collective before the ring counts as broken. A member that works for long between collectives
    /// calls <see cref="IAllReduce.Alive"/>.
    /// </summary>
    /// <value>Greater than zero. Default 60 s.</value>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long <see cref="Ring.Connect"/> waits for its two neighbours.</summary>
    /// <value>Greater than zero. Default 30 s.</value>
    public TimeSpan ConnectLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What both ends of each link must know; a link without it is refused.</summary>
    /// <value>Any text that fits into a hello. Default: empty.</value>
    public string Token { get; init; } = "";
}
