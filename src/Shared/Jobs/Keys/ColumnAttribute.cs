namespace DistTrain.Shared.Jobs.Keys;

/// <summary>Says of a text, or of a list of texts, that it names a column: by its number or its name.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ColumnAttribute : Attribute;
