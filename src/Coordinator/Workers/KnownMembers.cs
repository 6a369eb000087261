using System.Collections.Immutable;
using Akka.Actor;

namespace DistTrain.Coordinator.Workers;

/// <summary>
/// The nodes that a coordinator asks first when it starts again: those in the cluster, and those it lost sight of, whose processes may
/// go on without it. Only a node that left by itself is forgotten. Immutable.
/// </summary>
/// <param name="Addresses">The newest last.</param>
public sealed record KnownMembers(ImmutableList<Address> Addresses)
{
    /// <summary>
    /// Lost nodes are remembered up to this number in all, the newest; each is one connection attempt at the start. Those in the cluster are all
    /// remembered.
    /// </summary>
    public const int Most = 256;

    private ImmutableHashSet<Address> Living { get; init; } = [];

    /// <summary>A node is in the cluster.</summary>
    public KnownMembers With(Address address)
    {
        var (addresses, living) = (Addresses.Remove(address).Add(address), Living.Add(address));
        var forgotten = addresses.Count > Most ? addresses.FindIndex(known => !living.Contains(known)) : -1;
        return new(forgotten < 0 ? addresses : addresses.RemoveAt(forgotten)) { Living = living };
    }

    /// <summary>The cluster has lost sight of a node.</summary>
    public KnownMembers Lost(Address address) => this with { Living = Living.Remove(address) };

    /// <summary>A node left by itself.</summary>
    public KnownMembers Without(Address address) => new(Addresses.Remove(address)) { Living = Living.Remove(address) };
}
