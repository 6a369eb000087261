namespace DistTrain.Shared.Transfer;

/// <summary>How much a store takes from whoever reaches its port.</summary>
public sealed record StoreLimits
{
    /// <summary>How long a connection may take until it has said what it wants.</summary>
    /// <value>Default: 5 s.</value>
    public TimeSpan Hello { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long either end may neither send nor take a byte.</summary>
    /// <value>Default: 30 s.</value>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections at a time. Further ones are closed.</summary>
    /// <value>Default: 256.</value>
    public int Connections { get; init; } = 256;
}
