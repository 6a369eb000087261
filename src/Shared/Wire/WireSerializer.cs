using Akka.Actor;
using Akka.Serialization;
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

    /// <summary>The configuration that binds this serializer.</summary>
    public static string Hocon { get; } = $$"""
        akka.actor {
          serializers.disttrain = "{{typeof(WireSerializer).AssemblyQualifiedName}}"
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

    public override object FromBinary(byte[] bytes, string manifest) =>
        MessagePackSerializer.Deserialize(WireManifests.TypeOf(manifest), bytes, WireFormat.Options)
        ?? throw new MessagePackSerializationException($"A message '{manifest}' is null.");
}
