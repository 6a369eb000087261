using Akka.Actor;
using Akka.Cluster.Serialization;
using Akka.Cluster.Tools.Client.Serialization;
using Akka.Cluster.Tools.PublishSubscribe.Serialization;
using Akka.Remote.Serialization;

namespace DistTrain.Shared.Wire;

/// <summary>Akka's serializer of messages to actors that are found by path, with an end to nesting.</summary>
public sealed class ShallowContainerSerializer(ExtendedActorSystem system) : MessageContainerSerializer(system)
{
    private const int IdOfContainers = 6;

    public override int Identifier => IdOfContainers;

    public override object FromBinary(byte[] bytes, Type type) => MessageNesting.Bounded(system, () => base.FromBinary(bytes, type));
}

/// <summary>Akka's serializer of what members of a cluster say of it, with an end to nesting: one of its messages carries others.</summary>
public sealed class ShallowClusterSerializer(ExtendedActorSystem system) : ClusterMessageSerializer(system)
{
    private const int IdOfCluster = 5;

    public override int Identifier => IdOfCluster;

    public override object FromBinary(byte[] bytes, string manifest) => MessageNesting.Bounded(system, () => base.FromBinary(bytes, manifest));
}

/// <summary>Akka's serializer of the envelopes of clients' questions, with an end to nesting.</summary>
public sealed class ShallowClientSerializer(ExtendedActorSystem system) : ClusterClientMessageSerializer(system)
{
    private const int IdOfClusterClient = 15;

    public override int Identifier => IdOfClusterClient;

    public override object FromBinary(byte[] bytes, string manifest) => MessageNesting.Bounded(system, () => base.FromBinary(bytes, manifest));
}

/// <summary>Akka's serializer of the envelopes in which the receptionist passes clients' questions on, with an end to nesting.</summary>
public sealed class ShallowPubSubSerializer(ExtendedActorSystem system) : DistributedPubSubMessageSerializer(system)
{
    private const int IdOfPubSub = 9;

    public override int Identifier => IdOfPubSub;

    public override object FromBinary(byte[] bytes, string manifest) => MessageNesting.Bounded(system, () => base.FromBinary(bytes, manifest));
}
