using DistTrain.Shared.Jobs;
using DistTrain.Shared.Protocol;
using MessagePack;
using MessagePack.Formatters;
using MessagePack.Resolvers;

namespace DistTrain.Shared.Wire;

/// <summary>How messages and events become MessagePack: maps keyed by property name, so that a property can be added later.</summary>
public static class WireFormat
{
    /// <summary>No type names (contractless, never typeless), with the limits that MessagePack keeps for data from strangers.</summary>
    public static MessagePackSerializerOptions Options { get; } = MessagePackSerializerOptions.Standard
        .WithResolver(CompositeResolver.Create(
            [new IdFormatter<JobId>(id => id.Value, text => new JobId(text)), new IdFormatter<WorkerId>(id => id.Value, text => new WorkerId(text)),
                new StageFormatter()],
            [ContractlessStandardResolver.Instance]))
        .WithSecurity(MessagePackSecurity.UntrustedData);

    /// <summary>A stage is its word.</summary>
    private sealed class StageFormatter : IMessagePackFormatter<JobStage>
    {
        public void Serialize(ref MessagePackWriter writer, JobStage value, MessagePackSerializerOptions options) => writer.Write(value.Word());

        public JobStage Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
            JobStages.Of(reader.ReadString()) ?? throw new MessagePackSerializationException("No stage of a job has that word.");
    }

    /// <summary>An id is its text.</summary>
    private sealed class IdFormatter<T>(Func<T, string> write, Func<string, T> read) : IMessagePackFormatter<T>
    {
        public void Serialize(ref MessagePackWriter writer, T value, MessagePackSerializerOptions options) => writer.Write(write(value));

        public T Deserialize(ref MessagePackReader reader, MessagePackSerializerOptions options) =>
            read(reader.ReadString() ?? throw new MessagePackSerializationException($"A {typeof(T).Name} is null."));
    }
}
