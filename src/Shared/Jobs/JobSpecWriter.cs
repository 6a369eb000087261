using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>Writes a specification in its one canonical form: JSON with every key that has a value and a place. Reading it gives the same.</summary>
public static class JobSpecWriter
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string ToJson(JobSpec spec) => Group(spec, phase: null).ToJsonString(Format);

    /// <summary>A key without a value is left out: in a job file that is how its default is said.</summary>
    private static JsonObject Group(object record, PhaseType? phase) => new(
        from key in KeyGroup.Of(record.GetType()).Stored
        where phase?.Refused.ContainsKey(key) != true
        let value = Value(key, key.Of(record), (record as PhaseSpec)?.Kind ?? phase)
        where value is not null
        select KeyValuePair.Create(key.Name, (JsonNode?)value));

    private static JsonNode? Value(Key key, object? value, PhaseType? phase) => value is null ? null : key.Form switch
    {
        KeyForm.Word => Key.Word(value),
        KeyForm.Column => Column((string)value),
        KeyForm.Columns => List(key, ((IReadOnlyList<string>)value).Select(Column)),
        KeyForm.Texts => new JsonObject(((ImmutableSortedDictionary<string, string>)value)
            .Select(text => KeyValuePair.Create(text.Key, (JsonNode?)text.Value))),
        KeyForm.Group => Group(value, phase),
        KeyForm.Groups => List(key, ((IEnumerable)value).Cast<object>().Select(item => Group(item, phase))),
        KeyForm.Whole => value is long whole ? whole : (int)value,
        KeyForm.Number => (double)value,
        KeyForm.Flag => (bool)value,
        _ => (string)value,
    };

    private static JsonArray? List(Key key, IEnumerable<JsonNode?> items)
    {
        JsonArray list = [.. items];
        return list.Count > 0 || key.IsRequired ? list : null;
    }

    // A name such as 007 is not the number that it looks like.
    private static JsonNode? Column(string column) =>
        ColumnsSpec.Number(column) is { } number && number.ToString(CultureInfo.InvariantCulture) == column ? number : column;
}
