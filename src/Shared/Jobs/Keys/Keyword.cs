namespace DistTrain.Shared.Jobs.Keys;

/// <summary>The words of JSON Schema (draft 2020-12) that the job file's schema uses.</summary>
internal static class Keyword
{
    public const string Type = "type", Object = "object", Array = "array", Integer = "integer", Number = "number", Text = "string",
        Boolean = "boolean", Null = "null";

    public const string Description = "description", Default = "default", Const = "const", Enum = "enum", AnyOf = "anyOf", OneOf = "oneOf";

    public const string Minimum = "minimum", Maximum = "maximum", ExclusiveMinimum = "exclusiveMinimum", ExclusiveMaximum = "exclusiveMaximum",
        MinLength = "minLength", Pattern = "pattern";

    public const string Properties = "properties", AdditionalProperties = "additionalProperties", Required = "required", Items = "items",
        MinItems = "minItems";
}
