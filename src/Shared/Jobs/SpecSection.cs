using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace DistTrain.Shared.Jobs;

/// <summary>
/// One mapping of a job file while it is read: gives typed values by key, notes what has the wrong type, and in the end which keys
/// nobody asked for. It also remembers the line of every path, for rules that are checked later.
/// </summary>
internal sealed class SpecSection
{
    private readonly SpecReading _reading;
    private readonly string _path;
    private readonly Dictionary<string, YamlNode> _values = [];
    private readonly List<string> _known = [];

    private SpecSection(SpecReading reading, YamlMappingNode? node, string path)
    {
        (_reading, _path) = (reading, path);
        if (node is null) return;
        foreach (var (key, value) in node.Children)
        {
            var name = key is YamlScalarNode scalar ? scalar.Value ?? "" : key.ToString();
            _values[name] = value;
            _reading.Lines[Of(name)] = (int)key.Start.Line;
        }
    }

    /// <summary>Reads a mapping; afterwards every key that <paramref name="read"/> did not ask for is a problem.</summary>
    public static T Read<T>(SpecReading reading, YamlNode? node, string path, Func<SpecSection, T> read)
    {
        if (node is not null and not YamlMappingNode) reading.Add(path, (int)node.Start.Line, $"is {Kind(node)}, but must be keys and values.");
        var section = new SpecSection(reading, node as YamlMappingNode, path);
        var result = read(section);
        foreach (var unknown in section._values.Keys.Except(section._known))
            reading.Add(section.Of(unknown), null, $"is not a known key. {Suggestion(unknown, section._known)}Known here: {string.Join(", ", section._known.Order(StringComparer.Ordinal))}.");
        return result;
    }

    public T Section<T>(string key, Func<SpecSection, T> read) => Read(_reading, Take(key), Of(key), read);

    public IReadOnlyList<T> List<T>(string key, Func<SpecSection, T> read)
    {
        switch (Take(key))
        {
            case null: return [];
            case YamlSequenceNode list:
                return [.. list.Children.Select((item, index) =>
                {
                    _reading.Lines[$"{Of(key)}[{index}]"] = (int)item.Start.Line;
                    return Read(_reading, item, $"{Of(key)}[{index}]", read);
                })];
            case var other:
                _reading.Add(Of(key), null, $"is {Kind(other)}, but must be a list.");
                return [];
        }
    }

    public IEnumerable<KeyValuePair<string, string>> Texts(string key)
    {
        switch (Take(key))
        {
            case null: return [];
            case YamlMappingNode map:
                return [.. map.Children.Where(entry => entry is { Key: YamlScalarNode, Value: YamlScalarNode })
                    .Select(entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value ?? "", ((YamlScalarNode)entry.Value).Value ?? ""))];
            case var other:
                _reading.Add(Of(key), null, $"is {Kind(other)}, but must be names and texts, such as {{ polite: text }}.");
                return [];
        }
    }

    public string Text(string key, string otherwise) => Value(key, "a text", (string text, out string value) => (value = text) is not null, otherwise);

    public string? Text(string key) => Text(key, "") is { Length: > 0 } text ? text : null;

    public int Int(string key, int otherwise) => Int(key) ?? otherwise;

    public int? Int(string key) => Value(key, "a whole number", (string text, out int? value) =>
    {
        var good = int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        value = number;
        return good;
    }, null);

    public long Long(string key, long otherwise) => Value(key, "a whole number",
        (string text, out long value) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value), otherwise);

    public double Number(string key, double otherwise) => Number(key) ?? otherwise;

    public double? Number(string key) => Value(key, "a number", (string text, out double? value) =>
    {
        var good = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number);
        value = number;
        return good;
    }, null);

    public bool Flag(string key, bool otherwise) => Value(key, "true or false", (string text, out bool value) => bool.TryParse(text, out value), otherwise);

    public T Choice<T>(string key, T otherwise) where T : struct, Enum => Value(key,
        $"one of {string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()))}",
        (string text, out T value) => Enum.TryParse(text, ignoreCase: true, out value) && text.All(char.IsAsciiLetterLower), otherwise);

    /// <summary>Notes that the value of a key cannot be used.</summary>
    public void Refuse(string key, string message) => _reading.Add(Of(key), null, message);

    private delegate bool Parser<T>(string text, out T value);

    private T Value<T>(string key, string expected, Parser<T> parse, T otherwise)
    {
        if (Take(key) is not { } node) return otherwise;
        if (node is YamlScalarNode { Value: { } text } && parse(text, out var value)) return value;
        _reading.Add(Of(key), null, $"is {Kind(node)}, but must be {expected}.");
        return otherwise;
    }

    private YamlNode? Take(string key)
    {
        _known.Add(key);
        return _values.GetValueOrDefault(key);
    }

    private string Of(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private static string Kind(YamlNode node) => node switch
    {
        YamlMappingNode => "a mapping",
        YamlSequenceNode => "a list",
        YamlScalarNode { Value: { Length: > 0 } text } => $"'{text}'",
        _ => "empty",
    };

    private static string Suggestion(string unknown, IEnumerable<string> known) =>
        known.OrderBy(key => Distance(unknown, key)).FirstOrDefault() is { } nearest && Distance(unknown, nearest) <= 1 + (unknown.Length / 4)
            ? $"Did you mean {nearest}? "
            : "";

    // Levenshtein distance, one row at a time.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1)));
        }
        return row[^1];
    }
}

/// <summary>What has been found so far while a job file is read.</summary>
internal sealed class SpecReading(string file)
{
    public string File => file;

    public Dictionary<string, int> Lines { get; } = [];

    public List<Problem> Problems { get; } = [];

    public void Add(string path, int? line, string message) => Problems.Add(new(file, line ?? LineOf(path), path, message));

    /// <summary>The line of a path; of the nearest part around it when the key itself is not written.</summary>
    public int? LineOf(string path)
    {
        for (var part = path; part.Length > 0; part = part[..Math.Max(0, part.LastIndexOfAny(['.', '[']))])
            if (Lines.TryGetValue(part, out var line)) return line;
        return null;
    }
}
