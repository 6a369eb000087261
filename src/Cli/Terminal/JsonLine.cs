using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistTrain.Shared;
using DistTrain.Shared.Protocol;

namespace DistTrain.Cli.Terminal;

/// <summary>One JSON object on a line, for programs: how every command and view writes JSON. What is no finite number is null.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Converters = { new FiniteOrNull(), new IdConverter(), new HistoryLineConverter(),
            new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Of<T>(T line) => JsonSerializer.Serialize(line, Readable);

    /// <summary>Names and values of an object, as they stand in its line.</summary>
    public static IEnumerable<(string Name, string Value)> Properties<T>(T line) =>
        JsonSerializer.SerializeToElement(line, Readable).EnumerateObject()
        .Select(property =>
            (property.Name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText()));
}
