using System.Text.Json;
using System.Text.Json.Serialization;
using DistTrain.Shared;

namespace DistTrain.Coordinator.Jobs;

/// <summary>Writes texts as <see cref="Readable"/> shows them: a reason may hold a whole exception, and a message has an end.</summary>
internal sealed class ShownText : JsonConverter<string>
{
    public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString()!;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(Readable.Lines(value));
}
