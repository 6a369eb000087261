namespace DistTrain.Shared;

/// <summary>
/// How much of anything is taken from whoever can reach a port or hand in a file. Beyond a limit the whole is refused, with the limit in the
/// sentence.
/// </summary>
public static class Limits
{
    /// <summary>Characters of a job file. The longest that make sense have a few thousand.</summary>
    public const int SpecCharacters = 256 * 1024;

    /// <summary>Keys, items and values of a job file once its aliases are written out.</summary>
    public const int SpecNodes = 20_000;

    /// <summary>Problems of a job file that are told one by one; of the others only their number is.</summary>
    public const int Problems = 50;

    /// <summary>Characters of a text that is logged or shown; the rest is cut off.</summary>
    public const int TextCharacters = 2_000;

    /// <summary>Characters of a job's or a worker's id.</summary>
    public const int IdCharacters = 100;

    /// <summary>Items of a list in one message.</summary>
    public const int ListItems = 100_000;

    /// <summary>Names of a map in one message: the metrics of a validation.</summary>
    public const int MapItems = 200;

    /// <summary>Characters of a name: of a metric, a phase, a device, a submission.</summary>
    public const int NameCharacters = 200;

    /// <summary>Characters of a path: the system takes no longer one.</summary>
    public const int PathCharacters = 4_096;

    /// <summary>Workers of one cluster. Those beyond are not listened to until one of these is lost.</summary>
    public const int Workers = 2_000;

    /// <summary>Messages that carry one another, the outermost counted. A client's question goes in two envelopes.</summary>
    public const int MessageNesting = 5;

    /// <summary>Characters of a host's name or address: the system looks up no longer one.</summary>
    public const int HostCharacters = 255;

    /// <summary>
    /// Lines that one place in a process logs within <see cref="StrangerLinesTime"/> because of what strangers send; of the others only their number
    /// is told.
    /// </summary>
    public const int StrangerLines = 20;

    /// <summary>Likewise, of lines that say which worker came and which went: a whole cluster may come at once.</summary>
    public const int WorkerLines = 1_000;

    /// <summary>The time that <see cref="StrangerLines"/> are counted in.</summary>
    public static readonly TimeSpan StrangerLinesTime = TimeSpan.FromMinutes(1);
}
