using System.Text.Json.Nodes;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Phases;
using DistTrain.Shared.Jobs.Reading;

namespace DistTrain.Shared.Jobs.Schema;

/// <summary>Groups of keys as JSON Schema says them.</summary>
internal static class KeySchema
{
    /// <summary>The whole job file.</summary>
    public static JsonObject Job()
    {
        var schema = Group(KeyGroup.Of<JobSpec>().All, phase: null);
        var forEditors = new JsonObject { [Keyword.Type] = Keyword.Text };
        schema[Keyword.Properties]!.AsObject().Insert(0, SpecRecords.SchemaKey, Described(forEditors, "For editors: where this schema lies.", false));
        return schema;
    }

    /// <summary>A group: its keys, those that must be there, and no others.</summary>
    /// <param name="phase">The type of the phase that it stands in; null: in none.</param>
    private static JsonObject Group(IReadOnlyList<Key> keys, PhaseType? phase)
    {
        var schema = new JsonObject
        {
            [Keyword.Type] = Keyword.Object,
            [Keyword.Properties] = new JsonObject(keys.Select(key => KeyValuePair.Create(key.Name, (JsonNode?)OfKey(key, phase)))),
            [Keyword.AdditionalProperties] = false,
        };
        if (keys.Any(key => key.IsRequired))
            schema[Keyword.Required] = OneOfAttribute.Words(keys.Where(key => key.IsRequired).Select(key => key.Name));
        return schema;
    }

    private static JsonObject OfKey(Key key, PhaseType? phase)
    {
        if (phase?.Refused.GetValueOrDefault(key) is { } refused)
            return Described(new() { [Keyword.Type] = Keyword.Number, [Keyword.Enum] = new JsonArray(0) }, refused.Description, key.IsRequired);
        if (!key.IsGiven && phase is not null)
            return Described(new() { [Keyword.Type] = Keyword.Text, [Keyword.Enum] = new JsonArray(phase.Word) }, phase.Description, key.IsRequired);
        return Described(Value(key, phase), key.Description, key.IsRequired);
    }

    private static JsonObject Value(Key key, PhaseType? phase) => key.Form switch
    {
        KeyForm.Whole => Ruled(Keyword.Integer, key.Rule),
        KeyForm.Number => Ruled(Keyword.Number, key.Rule),
        KeyForm.Flag => Ruled(Keyword.Boolean, key.Rule),
        KeyForm.Text => (phase is null ? key.Rule : phase.RuleOf(key)) is { } rule ? Ruled(Keyword.Text, rule) : AnyText(),
        KeyForm.Word => new()
        {
            [Keyword.Type] = Keyword.Text, [Keyword.Enum] = OneOfAttribute.Words(Enum.GetNames(key.ValueType).Select(Key.Word)),
        },
        KeyForm.Column => new() { [Keyword.AnyOf] = Column() },
        KeyForm.Columns => new()
        {
            [Keyword.AnyOf] = new JsonArray([.. Column().Select(form => form!.DeepClone()),
                new JsonObject { [Keyword.Type] = Keyword.Array, [Keyword.Items] = new JsonObject { [Keyword.AnyOf] = Column() } }]),
        },
        KeyForm.Texts => new() { [Keyword.Type] = Keyword.Object, [Keyword.AdditionalProperties] = AnyText() },
        KeyForm.Group => GroupBelow(KeyGroup.Of(key.ValueType), phase),
        _ when phase is null => Phases(),
        _ => new()
        {
            [Keyword.Type] = Keyword.Array, [Keyword.Items] = Group([.. KeyGroup.Of<DataSpec>().Read.Where(each => !each.IsOfTheFirst)], phase),
        },
    };

    private static JsonObject Ruled(string type, KeyRuleAttribute? rule)
    {
        var schema = new JsonObject { [Keyword.Type] = type };
        rule?.Describe(schema);
        return schema;
    }

    private static JsonObject GroupBelow(KeyGroup group, PhaseType? phase)
    {
        var below = Group([.. group.All.OrderBy(key => key.IsOfTheFirst)], phase);
        if (group.Preset is { } preset)
            below[Keyword.Properties]!.AsObject().Insert(0, preset.Name, Described(
                new() { [Keyword.Type] = Keyword.Text, [Keyword.Enum] = OneOfAttribute.Words(group.Presets!.Keys.Cast<string>()) },
                preset.Description, isRequired: false));
        return group.All.Any(key => key.StandsForGroup) ? new() { [Keyword.AnyOf] = new JsonArray(AnyText(), below) } : below;
    }

    /// <summary>Phases, each of one of the types with the keys that the type knows.</summary>
    private static JsonObject Phases() => new()
    {
        [Keyword.Type] = Keyword.Array, [Keyword.MinItems] = 1,
        [Keyword.Items] = new JsonObject { [Keyword.OneOf] = new JsonArray([.. PhaseTypes.All.Select(Phase)]) },
    };

    private static JsonObject Phase(PhaseType type)
    {
        var group = KeyGroup.Of(type.Defaults.GetType());
        var schema = Group(group.All, type);
        schema[Keyword.OneOf] = new JsonArray(Given(group[nameof(PhaseSpec.Steps)]), Given(group[nameof(PhaseSpec.Epochs)]));
        return schema;
    }

    /// <summary>A length that is there, in one of the two ways to give it.</summary>
    private static JsonObject Given(Key key) => new()
    {
        [Keyword.Required] = new JsonArray(key.Name),
        [Keyword.Properties] = new JsonObject { [key.Name] = new JsonObject { [Keyword.Type] = Keyword.Integer } },
    };

    private static JsonObject AnyText() => new() { [Keyword.Type] = Keyword.Text, [Keyword.MinLength] = 1 };

    /// <summary>A column's number or name.</summary>
    private static JsonArray Column() => [new JsonObject { [Keyword.Type] = Keyword.Integer, [Keyword.Minimum] = 1 }, AnyText()];

    /// <param name="schema">Of the value; it becomes the key's.</param>
    /// <param name="isRequired">Another key without a value is read as an absent one.</param>
    private static JsonObject Described(JsonObject schema, string description, bool isRequired)
    {
        schema.Insert(0, Keyword.Description, description);
        if (isRequired) return schema;
        if (schema[Keyword.Type] is not { } type)
        {
            schema[Keyword.AnyOf]!.AsArray().Add(new JsonObject { [Keyword.Type] = Keyword.Null });
            return schema;
        }
        schema[Keyword.Type] = new JsonArray(type.DeepClone(), Keyword.Null);
        if (schema[Keyword.Enum] is JsonArray words) words.Add(null);
        return schema;
    }
}
