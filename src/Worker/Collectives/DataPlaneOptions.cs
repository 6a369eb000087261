namespace DistTrain.Worker.Collectives;

/// <summary>
/// How a <see cref="DataPlaneListener"/> treats those who dial it. Nobody sets it from outside: tests alone have other values than the defaults.
/// </summary>
public sealed record DataPlaneOptions
{
    /// <summary>How long a new link may take to say hello.</summary>
    /// <value>Greater than zero. Default 5 s.</value>
    public TimeSpan HelloLimit { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a link of a generation that this process does not know yet is kept: its start may still be on the way from the coordinator.
    /// </summary>
    /// <value>Greater than zero. Default 30 s.</value>
    public TimeSpan UnknownGenerationLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many links may be waiting for their ring at a time; one more takes the place of the oldest that has not said hello.</summary>
    /// <value>Greater than 0. Default 64.</value>
    public int LargestWaiting { get; init; } = 64;
}
