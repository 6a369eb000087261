using System.Runtime.Serialization;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using CsCheck;
using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using DistTrain.Shared.Wire;
using MessagePack;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace DistTrain.Shared.Tests.Wire;

public sealed class WireSerializerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("wire",
        ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }\n" + WireSerializer.Hocon));
    private readonly WireSerializer _wire;

    public WireSerializerTests() => _wire = (WireSerializer)_system.Serialization.FindSerializerForType(typeof(IWireMessage));

    public static TheoryData<Type> Types => [.. WireManifests.Types];

    [Theory]
    [MemberData(nameof(Types))]
    public void FromBinary_EveryMessage_ComesBackComplete(Type type)
    {
        var message = new SomeValue().Of(type);

        var serialization = _system.Serialization;
        var serializer = Assert.IsType<WireSerializer>(serialization.FindSerializerFor(message));
        var bytes = serialization.Serialize(message);
        var back = serialization.Deserialize(bytes, serializer.Identifier, serializer.Manifest(message));

        Assert.IsType(type, back);
        Assert.Equal(bytes, serialization.Serialize(back));
        Assert.Equal(JsonSerializer.Serialize(message, type), JsonSerializer.Serialize(back, type));
    }

    [Fact]
    public void FromBinary_Refused_IsToldInBoundedNumberWhereANodeListens()
    {
        var log = new Lines();
        var setup = BootstrapSetup.Create()
            .WithConfig(ConfigurationFactory.ParseString("akka { loglevel = OFF, stdout-loglevel = OFF }\n" + WireSerializer.Hocon))
            .And(new RefusedMessages(log, new FakeTimeProvider()));
        using var node = ActorSystem.Create("node", setup);

        for (var time = 0; time < 1000; time++) Assert.ThrowsAny<Exception>(() => node.Serialization.Deserialize([0xc0], 7401, "jobs.submit"));
        Assert.ThrowsAny<Exception>(() => node.Serialization.Deserialize([], 1, ""));

        Assert.Equal(Limits.StrangerLines, log.Count);
        Assert.All(log, line => Assert.Equal("A message 'jobs.submit' is null; it is dropped.", line));
        Assert.ThrowsAny<Exception>(() => _system.Serialization.Deserialize([0xc0], 7401, "jobs.submit"));
    }

    [Fact]
    public void Types_EveryWireMessage_IsListedOnceWithAManifestOfItsOwn()
    {
        var messages = typeof(IWireMessage).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IWireMessage))).ToList();

        Assert.Equal(messages.Select(type => type.FullName).Order(StringComparer.Ordinal),
            WireManifests.Types.Select(type => type.FullName).Order(StringComparer.Ordinal));
        Assert.Equal(messages.Count, messages.Select(WireManifests.ManifestOf).Distinct().Count());
        Assert.All(messages, type => Assert.Equal(type, WireManifests.TypeOf(WireManifests.ManifestOf(type))));
    }

    [Fact]
    public void FromBinary_StepsOfAVersionThatKeptNoLedger_AreReadWithoutOne()
    {
        var bytes = Convert.FromHexString("84a2417492d7ff00000320695735a5cd01e0aa47656e65726174696f6e03a453746570cf0000010000000004a44c6f7373" +
            "cb4014666666666666");
        var read = Assert.IsType<JobEvents.StepsCommitted>(_wire.FromBinary(bytes, "event.steps-committed"));
        Assert.Equal((3, 5.1, null, null, null), (read.Generation, read.Loss, read.From, read.Examples, read.Digest));
    }

    [Fact]
    public void FromBinary_PropertyAddedOrMissing_IsSkippedOrEmpty()
    {
        var bytes = MessagePackSerializer.ConvertFromJson("""{"Spec":"a","FileName":"b","RequestId":"c","New":[1,{"x":2}]}""");

        Assert.Equal(new JobsProtocol.SubmitJob("a", "b", null, "c"), _wire.FromBinary(bytes, "jobs.submit"));
    }

    public static TheoryData<IWireMessage> Extremes =>
        [
            new JobsProtocol.GetHistory(new("j")),
            new JobsProtocol.GetHistory(new("j"), Last: int.MaxValue),
            new JobsProtocol.ReadFeed(new("j"), "", 0),
            new JobEvents.JobResumed(DateTimeOffset.UnixEpoch, "{}", 0, true, ""),
            new JobEvents.StepsCommitted(DateTimeOffset.UnixEpoch, 1, 1, double.NegativeInfinity),
            new TrainingProtocol.GenerationStopped(new("j"), 1, new("w"), 1, TrainingProtocol.StopCause.RingBroken, "", new(new("w"), "", 0)),
        ];

    [Theory]
    [MemberData(nameof(Extremes))]
    public void FromBinary_WhatItsTypeAllows_IsTaken(IWireMessage message) =>
        Assert.Equal(message, _wire.FromBinary(_wire.ToBinary(message), _wire.Manifest(message)));

    [Theory]
    [InlineData("jobs.submit", "{}", "has no Spec")]
    [InlineData("roster.hello", """{"Host":"h","DataPort":1,"Device":"cpu","Cores":2,"Generation":0}""", "has a Worker that is no worker's id")]
    [InlineData("roster.hello", """{"Worker":"a b","Host":"h","DataPort":1,"Device":"cpu","Cores":2,"Generation":0}""",
        "has a Worker that is no worker's id")]
    [InlineData("roster.hello", """{"Worker":"w","Host":"h","DataPort":-1,"Device":"cpu","Cores":2,"Generation":0}""",
        "has a DataPort that is negative")]
    [InlineData("roster.hello", """{"Worker":"w","Host":"","DataPort":1,"Device":"cpu","Cores":2,"Generation":0}""",
        "has a Host that nobody can dial")]
    [InlineData("roster.hello", """{"Worker":"w","Host":"0.0.0.0","DataPort":1,"Device":"cpu","Cores":2,"Generation":0}""",
        "has a Host that nobody can dial")]
    [InlineData("jobs.cancel", """{"Job":"../x","Because":""}""", "has a Job that is no job's id")]
    [InlineData("training.checkpoint", """{"Job":"j","Generation":1,"From":"w","Sequence":1}""", "has no Checkpoint")]
    [InlineData("training.checkpoint",
        """{"Job":"j","Generation":1,"From":"w","Sequence":1,"Checkpoint":{"Phase":"p","Step":1,"Bytes":1,"ParametersHash":"x"}}""",
        "has a Checkpoint that has no Folder")]
    [InlineData("training.steps", """{"Job":"j","Generation":1,"From":"w","Sequence":1,"Steps":[null]}""",
        "has a Steps that holds nothing where a value must be")]
    [InlineData("training.stopped", """{"Job":"j","Generation":1,"From":"w","Sequence":1,"Cause":77,"Because":"x"}""",
        "has a Cause that is no such choice")]
    [InlineData("training.validated",
        """{"Job":"j","Generation":1,"From":"w","Sequence":1,"Validation":{"Phase":"p","Step":1,"Metrics":{},"Samples":[],"Seconds":-1}}""",
        "has a Validation that has a Seconds that is no finite number of at least 0")]
    public void FromBinary_RecordBreaksAPromise_IsDroppedWithTheReason(string manifest, string json, string reason)
    {
        var e = Assert.Throws<SerializationException>(() => _wire.FromBinary(MessagePackSerializer.ConvertFromJson(json), manifest));
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromBinary_HostThatNoSystemLooksUp_IsDropped()
    {
        var hello = new RosterProtocol.WorkerHello(new("w"), new('h', Limits.HostCharacters), 1, "cpu", 2, null, 0);

        Assert.Equal(hello, _wire.FromBinary(_wire.ToBinary(hello), "roster.hello"));
        Assert.Throws<SerializationException>(() => _wire.FromBinary(_wire.ToBinary(hello with { Host = hello.Host + "h" }), "roster.hello"));
    }

    [Theory]
    [InlineData(0, 0, null)]
    [InlineData(1, 0, "has a RequestId of more than 200 characters")]
    [InlineData(0, 1, "has a DataRoot of more than 4096 characters")]
    public void FromBinary_TextThatIsKept_HasAnEnd(int moreOfRequest, int moreOfRoot, string? reason)
    {
        var submit = new JobsProtocol.SubmitJob("a", "b", new('d', Limits.PathCharacters + moreOfRoot),
            new('r', Limits.NameCharacters + moreOfRequest));

        if (reason is null) Assert.Equal(submit, _wire.FromBinary(_wire.ToBinary(submit), "jobs.submit"));
        else Assert.Contains(reason, Assert.Throws<SerializationException>(() => _wire.FromBinary(_wire.ToBinary(submit), "jobs.submit")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Limits.MapItems, Limits.NameCharacters, null)]
    [InlineData(Limits.MapItems + 1, 10, "has a Metrics that is too long")]
    [InlineData(1, Limits.NameCharacters + 1, "has a Metrics that has too long a name")]
    public void FromBinary_Metrics_AreOfBoundedNumberAndNames(int count, int characters, string? reason)
    {
        var metrics = Enumerable.Range(0, count)
            .ToDictionary(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(characters, 'm'),
                number => (double)number);
        var validated = new TrainingProtocol.Validated(new("j"), 1, new("w"), 1, new("p", 1, metrics, [], 1));
        var bytes = _wire.ToBinary(validated);

        if (reason is null) Assert.Equal(metrics, ((TrainingProtocol.Validated)_wire.FromBinary(bytes, "training.validated")).Validation.Metrics);
        else Assert.Contains(reason, Assert.Throws<SerializationException>(() => _wire.FromBinary(bytes, "training.validated")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void FromBinary_WhatTheJournalHas_IsReadHoweverLong()
    {
        var metrics = Enumerable.Range(0, Limits.MapItems + 1)
            .ToDictionary(number => $"{number}".PadLeft(Limits.NameCharacters + 1, 'm'), number => (double)number);
        var ended = new JobEvents.JobEnded(
            DateTimeOffset.UnixEpoch, new(new("j"), "j", JobStage.Completed, "", "p", 1, 1, 1, 0, null, "/runs", 1, [], null, metrics));

        Assert.Equal(metrics, ((JobEvents.JobEnded)_wire.FromBinary(_wire.ToBinary(ended), _wire.Manifest(ended))).Status.Metrics);
    }

    [Fact]
    public void Deserialize_ByASerializerThatMakesTypesByName_IsRefused()
    {
        Assert.Throws<SerializationException>(() =>
            _system.Serialization.Deserialize("""{"$type":"System.Object, System.Runtime"}"""u8.ToArray(), 1, ""));
        Assert.Throws<SerializationException>(() => _system.Serialization.Deserialize([], 3, ""));
    }

    [Fact]
    public void ToBinary_TypeThatIsNotListed_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => _wire.ToBinary("text"));
        Assert.Throws<ArgumentException>(() => _wire.Manifest(new Unlisted()));
        Assert.Throws<ArgumentException>(() => _wire.ToBinary(new Unlisted()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no.such")]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    public void FromBinary_UnknownManifest_IsRefused(string manifest) => Assert.Throws<ArgumentException>(() => _wire.FromBinary([0xc0], manifest));

    [Fact]
    public void FindSerializerFor_AnyObject_NeverFallsBack()
    {
        Assert.IsType<WireSerializer>(_system.Serialization.FindSerializerFor(new object()));
        Assert.IsType<WireSerializer>(_system.Serialization.FindSerializerFor(new Unlisted()));
        Assert.IsType<WireSerializer>(_system.Serialization.FindSerializerFor(new List<string>()));
    }

    [Fact]
    public void FromBinary_CutShort_ThrowsASerializationError()
    {
        foreach (var type in WireManifests.Types)
        {
            var bytes = _wire.ToBinary(new SomeValue().Of(type));
            for (var length = 0; length < bytes.Length; length += Math.Max(1, bytes.Length / 20))
                Assert.Throws<SerializationException>(() => _wire.FromBinary(bytes[..length], WireManifests.ManifestOf(type)));
        }
    }

    [Fact]
    public void FromBinary_AnyBytes_GiveAMessageOrASerializationError()
    {
        var types = WireManifests.Types.ToArray();
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Int[0, types.Length - 1]).Sample(
            (bytes, index) => Survives(bytes, types[index]), iter: 5000, threads: 1);
    }

    [Fact]
    public void FromBinary_AnyByteOfAMessageChanged_GivesAMessageOrASerializationError()
    {
        var types = WireManifests.Types.ToArray();
        Gen.Select(Gen.Int[0, types.Length - 1], Gen.Int[0, 10_000], Gen.Byte).Sample((index, place, value) =>
        {
            var bytes = _wire.ToBinary(new SomeValue().Of(types[index]));
            bytes[place % bytes.Length] = value;
            Survives(bytes, types[index]);
        }, iter: 5000, threads: 1);
    }

    public void Dispose() => _system.Dispose();

    private void Survives(byte[] bytes, Type type)
    {
        try
        {
            var message = _wire.FromBinary(bytes, WireManifests.ManifestOf(type));
            Assert.IsType(type, message);
            Assert.Null(RecordPromises.Broken(message));
        }
        catch (SerializationException)
        {
            // The one error that the receiver expects of damaged bytes.
        }
    }

    private sealed record Unlisted : IWireMessage;

    private sealed class Lines : List<string>, ILogger<RefusedMessages>
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Add(formatter(state, exception));
    }
}
