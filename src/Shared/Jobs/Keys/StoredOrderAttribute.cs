namespace DistTrain.Shared.Jobs.Keys;

/// <summary>The order in which a group's keys are stored, where it is not that of the properties.</summary>
/// <param name="properties">The first of them; what is not named follows.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class StoredOrderAttribute(params string[] properties) : Attribute
{
    /// <summary>Stands for the keys that a derived record has for itself.</summary>
    public const string OwnKeys = "";

    public IReadOnlyList<string> Properties => properties;
}
