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
    /// <summary>Lost nodes are remembered up to this number in all, the newest; each is one connection attempt at the start.</summary>
    public const int Most = 256;

    public KnownMembers With(Address address)
    {
        var addresses = Addresses.Remove(address).Add(address);
        return new(addresses.Count > Most ? addresses.RemoveAt(0) : addresses);
    }

    public KnownMembers Without(Address address) => new(Addresses.Remove(address));
}
