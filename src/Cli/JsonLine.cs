using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DistTrain.Cli;

/// <summary>One JSON object on a line, for programs.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        // The loss of a skipped step is not a number.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    public static string Of<T>(T line) => JsonSerializer.Serialize(line, Readable);

    /// <summary>Names and values of an object, as they stand in its line.</summary>
    public static IEnumerable<(string Name, string Value)> Properties<T>(T line) =>
        JsonSerializer.SerializeToElement(line, Readable).EnumerateObject().Select(property => (property.Name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText()));
}
