using System.Collections.Immutable;
using DistTrain.Shared.Protocol;

namespace DistTrain.Coordinator.Jobs.State;

/// <summary>
/// Which states that workers hold belong to what a phase has come to: a generation that began further back has undone what others had reached
/// before it.
/// </summary>
public sealed record Lineage
{
    public static Lineage Empty { get; } = new();

    /// <summary>Generations that have begun to train, with the step that each began from.</summary>
    private ImmutableList<(int Generation, long Step)> Starts { get; init; } = [];

    /// <summary>No state of an earlier generation counts.</summary>
    private int Oldest { get; init; }

    /// <summary>A generation has begun to train.</summary>
    public Lineage Started(int generation, long step) => this with { Starts = Starts.Add((generation, step)) };

    /// <summary>What earlier generations reached does not count any more: the phase is another, or is trained otherwise.</summary>
    public static Lineage RestartedAfter(int newest) => new() { Oldest = newest + 1 };

    /// <summary>Whether training can go on from a state.</summary>
    public bool Includes(RosterProtocol.HeldState held) => held.Generation >= Oldest
        && Starts.TrueForAll(start => start.Generation <= held.Generation || start.Step >= held.Step);
}
