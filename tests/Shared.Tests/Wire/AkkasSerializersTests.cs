using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Cluster.Tools.Client;
using Akka.Cluster.Tools.PublishSubscribe;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;
using DistTrain.Shared.Cluster;

namespace DistTrain.Shared.Tests.Wire;

/// <summary>Akka's own serializers as nodes and clients have them: what a stranger writes is refused before it is decoded.</summary>
public sealed class AkkasSerializersTests : IDisposable
{
    private const int Misc = 16, SystemMessages = 22;

    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)ActorSystem.Create("client", ClusterHosting.ClientConfig("127.0.0.1"));

    public static TheoryData<string> Envelopes => ["Identify", "ActorSelectionMessage", "ClusterClient.Send", "Publish"];

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void Deserialize_MessagesWithinMessages_AreTakenToALimit(string envelope)
    {
        var allowed = Nested(envelope, Limits.MessageNesting);
        var (bytes, serializer) = (_system.Serialization.Serialize(allowed), _system.Serialization.FindSerializerFor(allowed));
        var back = _system.Serialization.Deserialize(bytes, serializer.Identifier, Manifest(serializer, allowed));

        Assert.Equal(bytes, _system.Serialization.Serialize(back));
        var deeper = _system.Serialization.Serialize(Nested(envelope, Limits.MessageNesting + 1));
        var refusal =
            Assert.ThrowsAny<Exception>(() => _system.Serialization.Deserialize(deeper, serializer.Identifier, Manifest(serializer, allowed)));
        Assert.Equal($"A message is dropped: more than {Limits.MessageNesting} are nested in one another.", refusal.GetBaseException().Message);
        // A refusal leaves nothing behind.
        Assert.Equal(bytes,
            _system.Serialization.Serialize(_system.Serialization.Deserialize(bytes, serializer.Identifier, Manifest(serializer, allowed))));
    }

    [Theory]
    [InlineData("CF")]
    [InlineData("RORRP")]
    [InlineData("STF")]
    [InlineData("STS")]
    [InlineData("PP")]
    [InlineData("K")]
    public void Deserialize_SmallMessageThatNoNodeSends_IsRefusedUnread(string manifest)
    {
        // Decoded, it would be a configuration whose braces overflow the parser's stack.
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a{", 20_000)));
        byte[] bytes = [0x0a, .. Length(text.Length), .. text];

        var refusal = Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(bytes, Misc, manifest));
        Assert.StartsWith($"A message '{manifest}' for serializer 16 is dropped", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deserialize_ParentsMessageWithAnException_MakesNone()
    {
        var akkas = new SystemMessageSerializer(_system);
        var bytes = akkas.ToBinary(new Recreate(new Traced()));
        akkas.FromBinary(bytes, typeof(Recreate));
        Assert.Equal(1, Traced.Made);

        foreach (var type in new[] { typeof(Recreate), typeof(Create), typeof(Resume), typeof(Failed) })
            Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize(bytes, SystemMessages, type.AssemblyQualifiedName!));

        Assert.Equal(1, Traced.Made);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    [InlineData(30)]
    [InlineData(36)]
    public void Deserialize_SerializerThatNoNodeNeeds_TakesNothing(int serializer)
    {
        var refusal =
            Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize([], serializer, typeof(object).AssemblyQualifiedName!));
        Assert.StartsWith($"A message for serializer {serializer} is dropped", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _system.Terminate().Wait(TimeSpan.FromSeconds(30));

    private static object Nested(string envelope, int depth) => Enumerable.Range(0, depth).Aggregate((object)"text", (inner, _) => envelope switch
    {
        "Identify" => new Identify(inner),
        "ActorSelectionMessage" => new ActorSelectionMessage(inner, [new SelectChildName("a")]),
        "ClusterClient.Send" => new ClusterClient.Send("/a", inner),
        _ => new Publish("topic", inner),
    });

    private static string Manifest(Serializer serializer, object message) => Akka.Serialization.Serialization.ManifestFor(serializer, message);

    private static byte[] Length(int length) => [(byte)(length | 0x80), (byte)((length >> 7) | 0x80), (byte)(length >> 14)];

    /// <summary>An exception that counts how often it is made of what a message says.</summary>
    private sealed class Traced : Exception
    {
        public Traced()
        {
        }

        public Traced(SerializationInfo info, StreamingContext context) => Made++;

        public static int Made { get; private set; }
    }
}
