using System.Text.Json;

namespace DistTrain.Shared.Datasets.Reading.Files;

/// <summary>Reads values out of one line of JSON, with a reason for each that cannot be used.</summary>
internal static class JsonRecord
{
    /// <summary>The object on a line.</summary>
    public static JsonElement Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return Object(document.RootElement, "line").Clone();
        }
        catch (JsonException problem)
        {
            throw new BadRecordException($"The line is not valid JSON from byte {problem.BytePositionInLine + 1} on.");
        }
    }

    /// <summary><paramref name="value"/>, which must be an object.</summary>
    /// <param name="name">What the value is called in the reason.</param>
    public static JsonElement Object(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object ? value : throw new BadRecordException($"The {name} is {Kind(value)}, but must be a JSON object.");

    /// <summary>The value of a column: at a key of that name, else, at each dot, inside the value before.</summary>
    public static JsonElement At(JsonElement record, string column)
    {
        if (record.TryGetProperty(column, out var value)) return value;
        return column.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && record.TryGetProperty(column[..dot], out var inner)
            && inner.ValueKind == JsonValueKind.Object
            ? At(inner, column[(dot + 1)..])
            : Value(record, column);
    }

    /// <summary>The strings at a column that holds one or a list of them.</summary>
    public static IEnumerable<string> Texts(JsonElement value, string name) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray().Select((item, index) => AsText(item, $"'{name}[{index}]'"))
        : [AsText(value, $"'{name}'")];

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

    /// <summary>The first keys of a record, in words.</summary>
    public static string Keys(JsonElement record)
    {
        var keys = record.EnumerateObject()
            .Select(property => $"'{property.Name}'{(property.Value.ValueKind == JsonValueKind.Null ? " (null)" : "")}").Take(8).ToList();
        return keys.Count > 0 ? string.Join(", ", keys) : "no key at all";
    }
}
