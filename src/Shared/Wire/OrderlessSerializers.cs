using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace DistTrain.Shared.Wire;

/// <summary>
/// In the place of Akka's serializer of its own small messages. It takes those that nodes and clients send one another, and decodes no other: some
/// end actors, which untrusted mode is to see to and lets pass for <see cref="Kill"/>, some make an exception of a type that a peer names, some parse
/// a configuration.
/// </summary>
public sealed class OrderlessMiscSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const int IdOfMisc = 16;

    private readonly MiscMessageSerializer _akkas = new(system);

    public override int Identifier => IdOfMisc;

    public override string Manifest(object o) => _akkas.Manifest(o);

    public override byte[] ToBinary(object obj) => _akkas.ToBinary(obj);

    /// <exception cref="SerializationException">No node sends such a message, or it is nested too deep.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => IsSent(manifest)
        ? MessageNesting.Bounded(system, () => _akkas.FromBinary(bytes, manifest))
        : throw RefusedMessages.Told(system,
            new SerializationException($"A message '{manifest}' for serializer {IdOfMisc} is dropped: no node sends one, and none ends an actor " +
                "because another one says so."));

    // Identify and its answer, references to actors, heartbeats between watchers of remote actors and their answers.
    private static bool IsSent(string manifest) => manifest is "ID" or "AID" or "AR" or "RWHB" or "RWHR";
}

/// <summary>
/// In the place of Akka's serializer of messages between an actor's system and its watchers and parents: parents are never in another process.
/// </summary>
public sealed class OrderlessSystemSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private const int IdOfSystemMessages = 22;

    private readonly SystemMessageSerializer _akkas = new(system);

    public override int Identifier => IdOfSystemMessages;

    public override bool IncludeManifest => _akkas.IncludeManifest;

    public override byte[] ToBinary(object obj) => _akkas.ToBinary(obj);

    /// <exception cref="SerializationException">The message is what only a parent may say. It is not decoded: it may carry an exception, of a type
    /// that the peer names.</exception>
    public override object FromBinary(byte[] bytes, Type type) =>
        type == typeof(Watch) || type == typeof(Unwatch) || type == typeof(DeathWatchNotification)
        ? _akkas.FromBinary(bytes, type)
        : throw RefusedMessages.Told(system,
            new SerializationException($"A message {type.Name} is dropped: no node has an actor whose parent is elsewhere."));
}
