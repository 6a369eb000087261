using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;

namespace DistTrain.Shared.Wire;

/// <summary>
/// In the place of Akka's serializer of its own small messages. None that ends an actor is taken from another process: untrusted mode, which is to
/// see to that, lets <see cref="Kill"/> pass.
/// </summary>
public sealed class OrderlessMiscSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const int IdOfMisc = 16;

    private readonly MiscMessageSerializer _akkas = new(system);

    public override int Identifier => IdOfMisc;

    public override string Manifest(object o) => _akkas.Manifest(o);

    public override byte[] ToBinary(object obj) => _akkas.ToBinary(obj);

    /// <exception cref="SerializationException">The message would end an actor.</exception>
    public override object FromBinary(byte[] bytes, string manifest) => _akkas.FromBinary(bytes, manifest) is var message && message is not (Kill or PoisonPill)
        ? message
        : throw RefusedMessages.Told(system, new SerializationException($"A message {message.GetType().Name} is dropped: no node ends an actor because another one says so."));
}

/// <summary>In the place of Akka's serializer of messages between an actor's system and its watchers and parents: parents are never in another process.</summary>
public sealed class OrderlessSystemSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private const int IdOfSystemMessages = 22;

    private readonly SystemMessageSerializer _akkas = new(system);

    public override int Identifier => IdOfSystemMessages;

    public override bool IncludeManifest => _akkas.IncludeManifest;

    public override byte[] ToBinary(object obj) => _akkas.ToBinary(obj);

    /// <exception cref="SerializationException">The message is what only a parent may say.</exception>
    public override object FromBinary(byte[] bytes, Type type) => _akkas.FromBinary(bytes, type) is var message && message is Watch or Unwatch or DeathWatchNotification
        ? message
        : throw RefusedMessages.Told(system, new SerializationException($"A message {message.GetType().Name} is dropped: no node has an actor whose parent is elsewhere."));
}
