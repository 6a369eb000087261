using System.Text.Json;
using System.Text.Json.Serialization;

namespace DistTrain.Shared.Protocol;

/// <summary>Writes ids as their text. Nothing is read this way.</summary>
public sealed class IdConverter : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => typeToConvert == typeof(JobId) || typeToConvert == typeof(WorkerId);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        typeToConvert == typeof(JobId) ? new TextConverter<JobId>() : new TextConverter<WorkerId>();

    private sealed class TextConverter<T> : JsonConverter<T> where T : struct
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Ids are only written.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
