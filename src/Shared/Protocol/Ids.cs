namespace DistTrain.Shared.Protocol;

/// <summary>Names one submitted job for ever: in messages, in the journal and as its folder's name.</summary>
/// <param name="Value">Lower-case letters, digits and dashes, such as <c>zh-en-20260102-030405</c>.</param>
public readonly record struct JobId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>Names one worker (one device) as long as its process lives; a restarted process is a new worker.</summary>
/// <param name="Value">Such as <c>host-a-1f3c</c>.</param>
public readonly record struct WorkerId(string Value) : IComparable<WorkerId>
{
    public int CompareTo(WorkerId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(WorkerId left, WorkerId right) => left.CompareTo(right) < 0;
    public static bool operator >(WorkerId left, WorkerId right) => left.CompareTo(right) > 0;
    public static bool operator <=(WorkerId left, WorkerId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(WorkerId left, WorkerId right) => left.CompareTo(right) >= 0;
}
