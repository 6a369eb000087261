namespace DistTrain.Shared;

/// <summary>A text of a wire message that is kept as long as the process lives, or longer, and so has an end.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AtMostAttribute(int characters) : Attribute
{
    public int Characters { get; } = characters;
}

/// <summary>A number of a wire message that is finite and not negative. Others may be no numbers: a loss, a norm, a metric.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FiniteAttribute : Attribute;

/// <summary>
/// A host of a wire message that others dial: not empty, of <see cref="Limits.HostCharacters"/> at most, and no address that means all of a
/// machine's.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DialledAttribute : Attribute;
