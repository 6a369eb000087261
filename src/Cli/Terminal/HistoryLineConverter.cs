using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Terminal;

/// <summary>Writes a line of a job's history with the event's own fields beside its time, kind and sentence. Nothing is read this way.</summary>
internal sealed class HistoryLineConverter : JsonConverter<JobsProtocol.HistoryLine>
{
    public override JobsProtocol.HistoryLine Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Histories are only written.");

    public override void Write(Utf8JsonWriter writer, JobsProtocol.HistoryLine value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("at", value.At);
        writer.WriteString("event", value.Event);
        writer.WriteString("text", value.Text);
        foreach (var (name, field) in value.Fields is null ? [] : JsonNode.Parse(value.Fields)!.AsObject())
        {
            writer.WritePropertyName(name);
            if (field is null) writer.WriteNullValue();
            else field.WriteTo(writer, options);
        }
        writer.WriteEndObject();
    }
}
