using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DistTrain.Shared.Protocol;
using MessagePack;

namespace DistTrain.Shared.Wire;

/// <summary>
/// The one serializer of the control plane and the journal. It is bound to every object that Akka itself does not serialize, and
/// refuses what is not on the list of <see cref="WireManifests"/>: no message falls back to another serializer.
/// </summary>
public sealed class WireSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>The serializer's number in Akka's envelopes and in the journal. It never changes.</summary>
    public override int Identifier => 7401;

    /// <summary>
    /// The configuration that binds this serializer, closes those of Akka's that make types by name or that no node needs, keeps orders to actors out
    /// of others, and bounds how deep messages nest.
    /// </summary>
    public static string Hocon { get; } = $$"""
        akka.actor {
          serializers {
            disttrain = "{{typeof(WireSerializer).AssemblyQualifiedName}}"
            json = "{{typeof(ClosedJsonSerializer).AssemblyQualifiedName}}"
            daemon-create = "{{typeof(ClosedDeploymentSerializer).AssemblyQualifiedName}}"
            proto = "{{typeof(ClosedProtobufSerializer).AssemblyQualifiedName}}"
            reliable-delivery = "{{typeof(ClosedDeliverySerializer).AssemblyQualifiedName}}"
            akka-persistence-message = "{{typeof(ClosedJournalSerializer).AssemblyQualifiedName}}"
            akka-stream-ref = "{{typeof(ClosedStreamSerializer).AssemblyQualifiedName}}"
            akka-containers = "{{typeof(ShallowContainerSerializer).AssemblyQualifiedName}}"
            akka-cluster = "{{typeof(ShallowClusterSerializer).AssemblyQualifiedName}}"
            akka-cluster-client = "{{typeof(ShallowClientSerializer).AssemblyQualifiedName}}"
            akka-pubsub = "{{typeof(ShallowPubSubSerializer).AssemblyQualifiedName}}"
            akka-misc = "{{typeof(OrderlessMiscSerializer).AssemblyQualifiedName}}"
            akka-system-msg = "{{typeof(OrderlessSystemSerializer).AssemblyQualifiedName}}"
          }
          serialization-identifiers { "{{typeof(WireSerializer).AssemblyQualifiedName}}" = 7401 }
          serialization-bindings {
            "{{typeof(IWireMessage).AssemblyQualifiedName}}" = disttrain
            "System.Object" = disttrain
          }
        }
        """;

    public override string Manifest(object o) => WireManifests.ManifestOf(o.GetType());

    public override byte[] ToBinary(object obj)
    {
        WireManifests.ManifestOf(obj.GetType());
        return MessagePackSerializer.Serialize(obj.GetType(), obj, WireFormat.Options);
    }

    /// <exception cref="SerializationException">No message, or one that breaks a promise of its type. Akka drops it, and the link that it came by
    /// stays.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            var message = MessagePackSerializer.Deserialize(WireManifests.TypeOf(manifest), bytes, WireFormat.Options)
                ?? throw new SerializationException($"A message '{manifest}' is null; it is dropped.");
            return RecordPromises.Broken(message, isStored: message.GetType().DeclaringType == typeof(JobEvents)) is { } broken
                ? throw new SerializationException($"A message '{manifest}' {broken}; it is dropped. Do all nodes run the same version?")
                : message;
        }
        catch (Exception refusal) when (refusal is SerializationException or ArgumentException)
        {
            RefusedMessages.Told(system, refusal);
            throw;
        }
        catch (MessagePackSerializationException e)
        {
            throw RefusedMessages.Told(system,
                new SerializationException($"A message '{manifest}' cannot be read ({e.GetBaseException().Message}); it is dropped.", e));
        }
    }
}
