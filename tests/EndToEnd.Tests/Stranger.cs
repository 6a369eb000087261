using System.Text;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;
using MessagePack;
using MessagePack.Resolvers;

namespace DistTrain.EndToEnd.Tests;

/// <summary>
/// An actor system that is no member of the cluster and keeps none of its rules: it sends what it likes to whichever actor it likes.
/// </summary>
internal sealed class Stranger : IAsyncDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("stranger", ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off
          actor {
            provider = remote
            serializers { json = "{{typeof(RawJson).AssemblyQualifiedName}}", raw = "{{typeof(RawWire).AssemblyQualifiedName}}" }
            serialization-identifiers { "{{typeof(RawJson).AssemblyQualifiedName}}" = 1, "{{typeof(RawWire).AssemblyQualifiedName}}" = 7401 }
            serialization-bindings { "{{typeof(Json).AssemblyQualifiedName}}" = json, "{{typeof(Wire).AssemblyQualifiedName}}" = raw }
          }
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0, maximum-frame-size = 4000000b }
        }
        """));
    private readonly IActorRef _sender;

    public Stranger() => _sender = _system.ActorOf(Props.Create(() => new Deaf()), "sender");

    public async ValueTask DisposeAsync()
    {
        await _system.Terminate();
        _system.Dispose();
    }

    /// <summary>Sends to the actor of a path, as <c>127.0.0.1:4053/user/worker</c>, as if it had its reference.</summary>
    public void Tell(string path, object message) =>
        ((ExtendedActorSystem)_system).Provider.ResolveActorRef($"akka.tcp://disttrain@{path}").Tell(message, _sender);

    /// <summary>A message of the protocol, by its rules.</summary>
    public void Tell(string path, IWireMessage message) =>
        Tell(path,
            new Wire(WireManifests.ManifestOf(message.GetType()), MessagePackSerializer.Serialize(message.GetType(), message, WireFormat.Options)));

    /// <summary>A message of the protocol without most of what it promises.</summary>
    public void TellOnly(string path, string manifest, Dictionary<string, object?> fields) =>
        Tell(path, new Wire(manifest, MessagePackSerializer.Serialize(fields, ContractlessStandardResolver.Options)));

    /// <summary>Has a node make an actor.</summary>
    public void Deploy(string host) =>
        _system.ActorOf(Props.Create(() => new Deaf()).WithDeploy(new Deploy(new RemoteScope(Address.Parse($"akka.tcp://disttrain@{host}")))),
            "deployed");

    /// <summary>What Akka's JSON serializer would make an object of.</summary>
    public sealed record Json(string Text);

    private sealed record Wire(string Manifest, byte[] Bytes);

    private sealed class Deaf : ReceiveActor
    {
        public Deaf() => ReceiveAny(_ => { });
    }

    private sealed class RawJson : Serializer
    {
        /// <summary>As Akka makes a serializer that has settings.</summary>
        public RawJson(ExtendedActorSystem system, Config settings) : base(system)
        {
        }

        public override int Identifier => 1;

        public override bool IncludeManifest => false;

        public override byte[] ToBinary(object obj) => Encoding.UTF8.GetBytes(((Json)obj).Text);

        public override object FromBinary(byte[] bytes, Type type) => Encoding.UTF8.GetString(bytes);
    }

    private sealed class RawWire(ExtendedActorSystem system) : SerializerWithStringManifest(system)
    {
        public override int Identifier => 7401;

        public override string Manifest(object o) => ((Wire)o).Manifest;

        public override byte[] ToBinary(object obj) => ((Wire)obj).Bytes;

        public override object FromBinary(byte[] bytes, string manifest) => manifest;
    }
}
