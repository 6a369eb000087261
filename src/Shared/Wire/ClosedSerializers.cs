using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;

namespace DistTrain.Shared.Wire;

/// <summary>
/// Stands where Akka has a serializer that makes objects of a type that a peer names, or one that no node needs. Nothing comes in or goes out by it.
/// </summary>
public abstract class ClosedSerializer(ExtendedActorSystem system, int id) : Serializer(system)
{
    public override int Identifier => id;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) =>
        throw new SerializationException($"{obj.GetType()} is sent by no node: it is not on the list of wire messages.");

    public override object FromBinary(byte[] bytes, Type type) =>
        throw RefusedMessages.Told(system, new SerializationException($"A message for serializer {id} is dropped: no node takes any by it."));
}

/// <summary>In the place of Akka's JSON serializer, which would make any type of the process by name.</summary>
public sealed class ClosedJsonSerializer : ClosedSerializer
{
    private const int IdOfJson = 1;

    public ClosedJsonSerializer(ExtendedActorSystem system) : base(system, IdOfJson)
    {
    }

    /// <summary>As Akka makes a serializer that has settings; these have no meaning here.</summary>
    public ClosedJsonSerializer(ExtendedActorSystem system, Config settings) : this(system)
    {
    }
}

/// <summary>In the place of the serializer for remote deployment: no node makes an actor because another one says so.</summary>
public sealed class ClosedDeploymentSerializer(ExtendedActorSystem system) : ClosedSerializer(system, IdOfDeployment)
{
    private const int IdOfDeployment = 3;
}

/// <summary>In the place of the serializer that makes Protobuf messages of types that a peer names.</summary>
public sealed class ClosedProtobufSerializer(ExtendedActorSystem system) : ClosedSerializer(system, IdOfProtobuf)
{
    private const int IdOfProtobuf = 2;
}

/// <summary>In the place of the serializer for reliable delivery, which makes generic types of names and messages within messages.</summary>
public sealed class ClosedDeliverySerializer(ExtendedActorSystem system) : ClosedSerializer(system, IdOfDelivery)
{
    private const int IdOfDelivery = 36;
}

/// <summary>In the place of the serializer for journals in other processes, which makes messages within messages.</summary>
public sealed class ClosedJournalSerializer(ExtendedActorSystem system) : ClosedSerializer(system, IdOfJournal)
{
    private const int IdOfJournal = 7;
}

/// <summary>In the place of the serializer for streams between processes, which makes messages within messages.</summary>
public sealed class ClosedStreamSerializer(ExtendedActorSystem system) : ClosedSerializer(system, IdOfStreams)
{
    private const int IdOfStreams = 30;
}
