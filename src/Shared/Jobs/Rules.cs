using System.Buffers;
using System.Numerics;

namespace DistTrain.Shared.Jobs;

/// <summary>The rules that records share. Each yields nothing, or the one violation; a remedy is a whole sentence.</summary>
internal static class Rules
{
    private const int LongestName = 40;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public static IEnumerable<Violation> Above<T>(string path, T value, T limit, string remedy) where T : INumber<T> =>
        value > limit ? [] : [new(path, $"{path} is {value}, but must be greater than {limit}. {remedy}")];

    public static IEnumerable<Violation> AtLeast<T>(string path, T value, T least, string remedy) where T : INumber<T> =>
        value >= least ? [] : [new(path, $"{path} is {value}, but must be at least {least}. {remedy}")];

    /// <summary>At least 0 and below 1: probabilities and decay rates.</summary>
    public static IEnumerable<Violation> Fraction(string path, double value, string remedy) =>
        value is >= 0 and < 1 ? [] : [new(path, $"{path} is {value}, but must be at least 0 and less than 1. {remedy}")];

    public static IEnumerable<Violation> OneOf(string path, string value, params IReadOnlyList<string> known) =>
        known.Contains(value) ? [] : [new(path, $"{path} is '{value}', which is not known. {Choose(known)}")];

    public static IEnumerable<Violation> Given(string path, string value, string remedy) =>
        value.Length > 0 ? [] : [new(path, $"{path} is missing. {remedy}")];

    /// <summary>A name that is also part of a file's name.</summary>
    public static IEnumerable<Violation> Name(string path, string name)
    {
        if (name.Length == 0) return [new(path, $"{path} is missing. Add 'name: ' with up to {LongestName} lower-case letters, digits and dashes.")];
        return name.Length <= LongestName && !name.AsSpan().ContainsAnyExcept(NameCharacters)
            ? []
            : [new(path, $"{path} is '{name}', but must be up to {LongestName} lower-case letters, digits and dashes: folders are named after it. " +
                "Write one such as zh-en.")];
    }

    /// <summary>A name that is the end of a file's name or a key of a record, and so leads to no other folder.</summary>
    public static IEnumerable<Violation> Language(string path, string name, string example)
    {
        if (name.Length == 0) return [new(path, $"{path} is missing. Name the language, such as {example}.")];
        return name.Length <= LongestName && name[0] != '.' && !name.Any(c => c is '/' or '\\' || char.IsControl(c))
            ? []
            : [new(path, $"{path} is '{Readable.Line(name)}', but must be up to {LongestName} characters without slashes that do not begin with a " +
                $"dot: it is the ending of a file's name or a key. Write one such as {example}.")];
    }

    /// <summary>The remedy for a word that is not one of a few.</summary>
    public static string Choose(IEnumerable<string> known) => $"Choose one of: {string.Join(", ", known)}.";
}
