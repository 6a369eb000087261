using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Phases;

namespace DistTrain.Shared.Jobs.Schema;

/// <summary>
/// The job file as JSON Schema (draft 2020-12), for editors: which keys there are, what their values may be, and what they mean. Defaults are the
/// records' own. What depends on several keys, and what is on the disk, only <c>disttrain check</c> knows.
/// </summary>
public static class JobSchema
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The schema's text.</summary>
    public static string ToJson()
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "DistTrain job" };
        foreach (var (keyword, value) in KeySchema.Job()) schema[keyword] = value?.DeepClone();
        AddDefaults(schema, Defaults());
        return schema.ToJsonString(Format) + "\n";
    }

    /// <summary>A job of which every key has its default, with a phase of each type.</summary>
    private static JsonNode Defaults() =>
        JsonNode.Parse(JobSpecWriter.ToJson(new() { Phases = [.. PhaseTypes.All.Select(type => type.Defaults)] }))!;

    private static void AddDefaults(JsonObject schema, JsonNode? defaults)
    {
        if (schema[Keyword.Properties] is not JsonObject properties || defaults is not JsonObject values) return;
        List<string> required = schema[Keyword.Required] is JsonArray names ? [.. names.Select(name => (string)name!)] : [];
        foreach (var (name, property) in properties)
        {
            var value = values[name];
            if (value is JsonArray phases)
                foreach (var (type, phase) in property![Keyword.Items]![Keyword.OneOf]!.AsArray().Zip(phases)) AddDefaults((JsonObject)type!, phase);
            else if (value is JsonObject)
                AddDefaults((JsonObject)property!, value);
            else if (value is not null && !required.Contains(name))
                property![Keyword.Default] = value.DeepClone();
        }
    }
}
