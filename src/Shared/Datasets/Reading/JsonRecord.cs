using System.Text.Json;

namespace DistTrain.Shared.Datasets.Reading;

/// <summary>Reads values out of one line of JSON, with a reason for each that cannot be used.</summary>
internal static class JsonRecord
{
    /// <summary>The object on a line.</summary>
    public static JsonElement Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object ? root.Clone() : throw new BadRecordException($"The line is {Kind(root)}, but must be a JSON object.");
        }
        catch (JsonException problem)
        {
            throw new BadRecordException($"The line is not valid JSON from byte {problem.BytePositionInLine + 1} on.");
        }
    }

    /// <summary>The string at <paramref name="key"/>.</summary>
    public static string Text(JsonElement record, string key) => AsText(Value(record, key), $"'{key}'");

    /// <summary>The value at <paramref name="key"/>.</summary>
    public static JsonElement Value(JsonElement record, string key) =>
        record.TryGetProperty(key, out var value) ? value : throw new BadRecordException($"The key '{key}' is missing (there is {Keys(record)}).");

    /// <summary>The string that <paramref name="value"/> is.</summary>
    /// <param name="name">What the value is called in the reason.</param>
    public static string AsText(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String) throw new BadRecordException($"{name} is {Kind(value)}, but must be a string.");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new BadRecordException($"{name} holds half of a surrogate pair, which is no character.");
        }
    }

    /// <summary>What a value is, in words.</summary>
    public static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };

    private static string Keys(JsonElement record)
    {
        var keys = record.EnumerateObject().Select(property => $"'{property.Name}'").Take(8).ToList();
        return keys.Count > 0 ? string.Join(", ", keys) : "no key at all";
    }
}
