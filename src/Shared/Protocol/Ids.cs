using System.Buffers;

namespace DistTrain.Shared.Protocol;

/// <summary>Names one submitted job for ever: in messages, in the journal and as its folder's name.</summary>
/// <param name="Value">Lower-case letters, digits and dashes, such as <c>zh-en-20260102-030405</c>.</param>
public readonly record struct JobId(string Value)
{
    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    /// <summary>Whether a text can be a job's id; what is none is no part of a path either.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= Limits.IdCharacters } && !text.AsSpan().ContainsAnyExcept(Characters);

    public override string ToString() => Value;
}

/// <summary>Names one worker (one device) as long as its process lives; a restarted process is a new worker.</summary>
/// <param name="Value">Letters, digits, dots, dashes and underscores, such as <c>host-a-1f3c</c>.</param>
public readonly record struct WorkerId(string Value) : IComparable<WorkerId>
{
    private static readonly SearchValues<char> Characters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>Whether a text can be a worker's name.</summary>
    public static bool IsValid(string? text) =>
        text is { Length: > 0 and <= Limits.IdCharacters } && !text.AsSpan().ContainsAnyExcept(Characters);

    public int CompareTo(WorkerId other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(WorkerId left, WorkerId right) => left.CompareTo(right) < 0;
    public static bool operator >(WorkerId left, WorkerId right) => left.CompareTo(right) > 0;
    public static bool operator <=(WorkerId left, WorkerId right) => left.CompareTo(right) <= 0;
    public static bool operator >=(WorkerId left, WorkerId right) => left.CompareTo(right) >= 0;
}
