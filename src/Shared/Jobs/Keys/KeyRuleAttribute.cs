using System.Text.Json.Nodes;

namespace DistTrain.Shared.Jobs.Keys;

/// <summary>What a key's value may be, whatever the other keys are: said to people, and to editors.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class KeyRuleAttribute : Attribute
{
    /// <param name="path">Of the key.</param>
    /// <param name="value">Never null: a key without a value breaks no rule.</param>
    /// <returns>What is wrong, what is expected, and the remedy; null: nothing.</returns>
    public abstract string? Fault(string path, object value);

    /// <summary>Adds what JSON Schema can say of it.</summary>
    /// <param name="schema">Of the key, with the type of its value.</param>
    public abstract void Describe(JsonObject schema);
}
