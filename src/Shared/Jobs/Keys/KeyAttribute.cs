namespace DistTrain.Shared.Jobs.Keys;

/// <summary>
/// Makes a property a key of the job file, with the property's initial value as its default. Of a static dictionary: the key that names one of its
/// entries, which then stand for the defaults.
/// </summary>
/// <param name="description">What it means, for editors: one sentence or two.</param>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class KeyAttribute(string description) : Attribute
{
    public string Description => description;

    /// <summary>How the file writes it.</summary>
    /// <value>Default: null, the property's name in snake case.</value>
    public string? Name { get; init; }

    /// <summary>Whether it must have a value.</summary>
    /// <value>Default: false.</value>
    public bool IsRequired { get; init; }

    /// <summary>Whether it is of the group alone, and not of further groups that take what they do not say from it.</summary>
    /// <value>Default: false.</value>
    public bool IsOfTheFirst { get; init; }

    /// <summary>Whether it may change once the phase has begun: it says how the phase goes on, not what its weights so far are.</summary>
    /// <value>Default: false.</value>
    public bool IsChangeable { get; init; }

    /// <summary>Whether its value alone may stand in place of its group.</summary>
    /// <value>Default: false.</value>
    public bool StandsForGroup { get; init; }
}
