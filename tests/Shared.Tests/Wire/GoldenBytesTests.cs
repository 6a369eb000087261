using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;
using DistTrain.TestSupport;

namespace DistTrain.Shared.Tests.Wire;

/// <summary>
/// The bytes of every message and event as they were when they were written down: journals and nodes of an older version have such. A type that
/// changes changes its entry, and the change says what becomes of older bytes.
/// </summary>
public sealed class GoldenBytesTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("wire",
        ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }\n" + WireSerializer.Hocon));
    private readonly WireSerializer _wire;

    public GoldenBytesTests() => _wire = (WireSerializer)_system.Serialization.FindSerializerForType(typeof(IWireMessage));

    private static Dictionary<string, string> Written { get; } =
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Golden.Own("wire.json")))!;

    public static TheoryData<string> Manifests => [.. WireManifests.Types.Select(WireManifests.ManifestOf)];

    public void Dispose() => _system.Dispose();

    [Theory]
    [MemberData(nameof(Manifests))]
    public void ToBinary_EveryMessage_IsTheGoldenBytes(string manifest)
    {
        var bytes = Convert.ToHexStringLower(_wire.ToBinary(new SomeValue().Of(WireManifests.TypeOf(manifest))));

        Assert.True(Written.TryGetValue(manifest, out var golden)
            && golden == bytes, $"In tests/Golden/wire.json stands something else than \"{manifest}\": \"{bytes}\"");
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void FromBinary_TheGoldenBytes_AreTheMessage(string manifest)
    {
        var type = WireManifests.TypeOf(manifest);

        Assert.Equal(JsonSerializer.Serialize(new SomeValue().Of(type), type),
            JsonSerializer.Serialize(_wire.FromBinary(Convert.FromHexString(Written[manifest]), manifest), type));
    }

    [Fact]
    public void FromBinary_AnEndThatNotedNoCause_IsALostMember()
    {
        var older = Convert.FromHexString("84a2417492d7ff00000320695735a5cd01e0aa47656e65726174696f6e03a453746570cf0000010000000004a7" +
            "42656361757365b07465787420352022e4bda0f09f98800a");

        var ended = (JobEvents.GenerationEnded)_wire.FromBinary(older, "event.generation-ended");

        Assert.Equal((3, EndCause.MemberLost, null, null), (ended.Generation, ended.Cause, ended.Worker, ended.TryAgainAt));
    }

    [Fact]
    public void Written_ForEveryManifest_AndForNoOther() =>
        Assert.Equal(Manifests.Select(row => row.Data).Order(StringComparer.Ordinal), Written.Keys.Order(StringComparer.Ordinal));
}
