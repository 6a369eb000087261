using System.Text.Json.Nodes;

namespace DistTrain.Shared.Jobs.Schema;

/// <summary>One key of a group of the job file, as JSON Schema says it.</summary>
/// <param name="Name">The key.</param>
/// <param name="Description">What it means.</param>
/// <param name="Schema">What its value may be.</param>
/// <param name="IsRequired">Others may be absent, or have no value, which is the same.</param>
internal sealed record SchemaKey(string Name, string Description, JsonObject Schema, bool IsRequired = false)
{
    /// <summary>A whole number.</summary>
    public static SchemaKey Integer(string name, string description, int? least = null, int? most = null) =>
        Number("integer", name, description, ("minimum", least), ("maximum", most));

    /// <summary>A number of at least <paramref name="least"/>.</summary>
    public static SchemaKey AtLeast(string name, string description, double least) => Number("number", name, description, ("minimum", least));

    /// <summary>A number from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static SchemaKey Limited(string name, string description, double least, double most) =>
        Number("number", name, description, ("minimum", least), ("maximum", most));

    /// <summary>A number greater than <paramref name="limit"/>.</summary>
    public static SchemaKey Above(string name, string description, double limit) => Number("number", name, description, ("exclusiveMinimum", limit));

    /// <summary>At least 0, less than 1.</summary>
    public static SchemaKey Fraction(string name, string description) => Number("number", name, description, ("minimum", 0), ("exclusiveMaximum", 1));

    public static SchemaKey Flag(string name, string description) => new(name, description, new() { ["type"] = "boolean" });

    public static SchemaKey AnyText(string name, string description) => new(name, description, new() { ["type"] = "string", ["minLength"] = 1 });

    /// <summary>One of a few words.</summary>
    public static SchemaKey Word(string name, string description, params IEnumerable<string> known) =>
        new(name, description, new() { ["type"] = "string", ["enum"] = new JsonArray([.. known.Select(word => JsonValue.Create(word))]) });

    /// <summary>The lower-case name of an enumeration's value.</summary>
    public static SchemaKey Word<T>(string name, string description)
        where T : struct, Enum => Word(name, description, Enum.GetNames<T>().Select(word => word.ToLowerInvariant()));

    /// <summary>A group of keys.</summary>
    public static SchemaKey Group(string name, string description, params IEnumerable<SchemaKey> keys) => new(name, description, ObjectOf(keys));

    public SchemaKey Required => this with { IsRequired = true };

    /// <summary>The schema of a group: its keys, those that must be there, and no others.</summary>
    public static JsonObject ObjectOf(params IEnumerable<SchemaKey> keys)
    {
        List<SchemaKey> all = [.. keys];
        var schema = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(all.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)key.Property()))),
            ["additionalProperties"] = false,
        };
        if (all.Any(key => key.IsRequired))
            schema["required"] = new JsonArray([.. all.Where(key => key.IsRequired).Select(key => JsonValue.Create(key.Name))]);
        return schema;
    }

    private JsonObject Property()
    {
        var property = (JsonObject)Schema.DeepClone();
        property.Insert(0, "description", Description);
        // A key without a value is read as an absent one.
        if (IsRequired) return property;
        if (property["type"] is null)
        {
            property["anyOf"]!.AsArray().Add(new JsonObject { ["type"] = "null" });
            return property;
        }
        property["type"] = new JsonArray(property["type"]!.DeepClone(), "null");
        if (property["enum"] is JsonArray words) words.Add(null);
        return property;
    }

    private static SchemaKey Number(string type, string name, string description, params IEnumerable<(string Keyword, double? Limit)> limits)
    {
        var schema = new JsonObject { ["type"] = type };
        foreach (var (keyword, limit) in limits)
            if (limit is { } value) schema[keyword] = value;
        return new(name, description, schema);
    }
}
