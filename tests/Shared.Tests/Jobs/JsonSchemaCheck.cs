using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace DistTrain.Shared.Tests.Jobs;

/// <summary>
/// A second opinion: JSON Schema as the draft has it, for the keywords that the job file's schema uses. Any other keyword is an error.
/// </summary>
internal static class JsonSchemaCheck
{
    private static readonly HashSet<string> Annotations = ["$schema", "title", "description", "default"];

    public static bool IsValid(JsonNode schema, JsonNode? value) =>
        schema is not JsonObject keywords
        ? schema.GetValue<bool>() : keywords.All(keyword => Annotations.Contains(keyword.Key) || Holds(keyword.Key, keyword.Value!, keywords, value));

    private static bool Holds(string keyword, JsonNode rule, JsonObject schema, JsonNode? value) => keyword switch
    {
        "type" => rule is JsonArray types ? types.Any(type => IsOf((string)type!, value)) : IsOf((string)rule!, value),
        "enum" => rule.AsArray().Any(known => JsonNode.DeepEquals(known, value)),
        "const" => JsonNode.DeepEquals(rule, value),
        "minimum" => Number(value) is not { } number || number >= (double)rule,
        "maximum" => Number(value) is not { } number || number <= (double)rule,
        "exclusiveMinimum" => Number(value) is not { } number || number > (double)rule,
        "exclusiveMaximum" => Number(value) is not { } number || number < (double)rule,
        "minLength" => value?.GetValueKind() != JsonValueKind.String || ((string)value!).Length >= (int)rule,
        "pattern" => value?.GetValueKind() != JsonValueKind.String || Regex.IsMatch((string)value!, (string)rule!),
        "minItems" => value is not JsonArray list || list.Count >= (int)rule,
        "items" => value is not JsonArray list || list.All(item => IsValid(rule, item)),
        "required" => value is not JsonObject group || rule.AsArray().All(name => group.ContainsKey((string)name!)),
        "properties" =>
            value is not JsonObject group
            || rule.AsObject().All(property => !group.TryGetPropertyValue(property.Key, out var inner) || IsValid(property.Value!, inner)),
        "additionalProperties" =>
            value is not JsonObject group || group.Where(each => schema["properties"]?[each.Key] is null).All(each => IsValid(rule, each.Value)),
        "oneOf" => rule.AsArray().Count(option => IsValid(option!, value)) == 1,
        "anyOf" => rule.AsArray().Any(option => IsValid(option!, value)),
        _ => throw new NotSupportedException($"The schema uses '{keyword}', which this checker does not know. Add it here."),
    };

    private static bool IsOf(string type, JsonNode? value) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("integer", JsonValueKind.Number) => double.IsInteger((double)Number(value)!),
        ("number", JsonValueKind.Number) or ("string", JsonValueKind.String) or ("null", JsonValueKind.Null) => true,
        ("boolean", JsonValueKind.True or JsonValueKind.False) or ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) => true,
        _ => false,
    };

    private static double? Number(JsonNode? value) => value?.GetValueKind() == JsonValueKind.Number
        ? JsonSerializer.Deserialize<double>(value.ToJsonString()) : null;
}
