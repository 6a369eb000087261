using System.Buffers;
using System.Reflection;
using System.Text.Json.Nodes;

namespace DistTrain.Shared.Jobs.Keys;

/// <summary>One of a few words.</summary>
internal sealed class OneOfAttribute : KeyRuleAttribute
{
    private readonly IReadOnlyList<string> _known;

    public OneOfAttribute(params string[] known) => _known = known;

    /// <param name="holder">Has them in a static property.</param>
    public OneOfAttribute(Type holder, string property) =>
        _known = (IReadOnlyList<string>)holder.GetProperty(property, BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;

    public override string? Fault(string path, object value) =>
        _known.Contains(value) ? null : $"{path} is '{value}', which is not known. {Choose(_known)}";

    public override void Describe(JsonObject schema) => schema[Keyword.Enum] = Words(_known);

    /// <summary>The remedy for a word that is not one of a few.</summary>
    public static string Choose(IEnumerable<string> known) => $"Choose one of: {string.Join(", ", known)}.";

    /// <summary>A few words, as JSON Schema lists them.</summary>
    public static JsonArray Words(IEnumerable<string> known) => [.. known.Select(word => JsonValue.Create(word))];
}

/// <summary>A text that is not empty.</summary>
/// <param name="remedy">A whole sentence.</param>
internal sealed class GivenAttribute(string remedy) : KeyRuleAttribute
{
    public override string? Fault(string path, object value) => value is string { Length: > 0 } ? null : $"{path} is missing. {remedy}";

    public override void Describe(JsonObject schema) => schema[Keyword.MinLength] = 1;
}

/// <summary>A name that is also part of a file's name.</summary>
internal sealed class NameAttribute : KeyRuleAttribute
{
    /// <summary>Characters of a name.</summary>
    public const int Longest = 40;

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    public override string? Fault(string path, object value)
    {
        var name = (string)value;
        if (name.Length == 0) return $"{path} is missing. Add 'name: ' with up to {Longest} lower-case letters, digits and dashes.";
        return name.Length <= Longest && !name.AsSpan().ContainsAnyExcept(Characters)
            ? null
            : $"{path} is '{name}', but must be up to {Longest} lower-case letters, digits and dashes: folders are named after it. " +
                "Write one such as zh-en.";
    }

    public override void Describe(JsonObject schema) => schema[Keyword.Pattern] = $"^[a-z0-9-]{{1,{Longest}}}$";
}

/// <summary>A name that is the end of a file's name or a key of a record, and so leads to no other folder.</summary>
/// <param name="example">A language.</param>
internal sealed class LanguageAttribute(string example) : KeyRuleAttribute
{
    public override string? Fault(string path, object value)
    {
        var name = (string)value;
        if (name.Length == 0) return $"{path} is missing. Name the language, such as {example}.";
        return name.Length <= NameAttribute.Longest && name[0] != '.' && !name.Any(c => c is '/' or '\\' || char.IsControl(c))
            ? null
            : $"{path} is '{Readable.Line(name)}', but must be up to {NameAttribute.Longest} characters without slashes that do not begin with a " +
                $"dot: it is the ending of a file's name or a key. Write one such as {example}.";
    }

    public override void Describe(JsonObject schema) => schema[Keyword.MinLength] = 1;
}
