using System.Globalization;
using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs.Reading;

/// <summary>
/// Reads the keys of one group. A key that is absent or null is not given; one of a wrong type is reported and read as not given.
/// <see cref="End"/> reports what nobody asked for.
/// </summary>
internal sealed class MapReader
{
    private readonly Dictionary<string, MapEntry> _entries = [];
    private readonly List<string> _known = [];
    private readonly string _path;
    private readonly SpecProblems _problems;

    public MapReader(string path, SpecNode? node, SpecProblems problems)
    {
        (_path, _problems) = (path, problems);
        if (node is MapNode map)
            foreach (var entry in map.Entries) Add(entry);
        else if (node is not (null or ScalarNode { IsNull: true }))
            Wrong(path, node, "a group of keys", "Write its keys below it, indented, each as 'key: value'.");
    }

    /// <param name="unreadable">What stands for a value of a wrong type, where a key that is absent would mean something.</param>
    public int? Int(string key, int? unreadable = null) => (int?)Long(key, int.MinValue, int.MaxValue) ?? (Find(key) is null ? null : unreadable);

    public long? Long(string key) => Long(key, long.MinValue, long.MaxValue);

    public double? Double(string key)
    {
        if (Find(key) is not { } node) return null;
        if (node is ScalarNode { Number: { } number } && double.IsFinite(number)) return number;
        Wrong(At(key), node, "a number", "Write it without quotes, such as 0.1.");
        return null;
    }

    public bool? Bool(string key)
    {
        if (Find(key) is not { } node) return null;
        if (node is ScalarNode { Bool: { } value }) return value;
        Wrong(At(key), node, "true or false", "Write one of them, without quotes.");
        return null;
    }

    public string? Text(string key)
    {
        if (Find(key) is not { } node) return null;
        if (node is ScalarNode { Text: { } text }) return text;
        Wrong(At(key), node, "a text", node is ScalarNode ? "Put it in quotes if it is meant as it stands." : "Write one text after the key.");
        return null;
    }

    /// <summary>A column, by its number or its name.</summary>
    public string? Column(string key) => Find(key) is { } node ? Column(At(key), node) : null;

    /// <summary>Columns: one, or a list of them.</summary>
    public IReadOnlyList<string> Columns(string key) => Find(key) switch
    {
        null => [],
        ListNode list => [.. list.Items.Select((item, index) => Column($"{At(key)}[{index}]", item)).OfType<string>()],
        var node => Column(At(key), node) is { } column ? [column] : [],
    };

    /// <summary>One of a few words.</summary>
    public string? Word(string key, params IReadOnlyList<string> known)
    {
        if (Text(key) is not { } word) return null;
        if (known.Contains(word)) return word;
        _problems.Add(At(key), _entries[key].Line, $"{At(key)} is '{word}', which is not known. {OneOfAttribute.Choose(known)}");
        return null;
    }

    /// <summary>The lower-case name of an enumeration's value.</summary>
    public object? Word(string key, Type enumeration) =>
        Word(key, [.. Enum.GetNames(enumeration).Select(Key.Word)]) is { } word ? Enum.Parse(enumeration, word, ignoreCase: true) : null;

    /// <summary>One of a few words; reported when it is not there.</summary>
    public string? RequiredWord(string key, params IReadOnlyList<string> known)
    {
        if (Find(key) is null) _problems.Add(At(key), _problems.LineOf(_path), $"{At(key)} is missing. {OneOfAttribute.Choose(known)}");
        return Word(key, known);
    }

    /// <summary>Whether a key stands there, whatever its value.</summary>
    public bool Holds(string key) => _entries.ContainsKey(key);

    /// <summary>Whether a group of keys stands below a key.</summary>
    public bool IsGroup(string key) => Find(key) is MapNode;

    /// <summary>The group below a key; an empty one when there is none.</summary>
    public MapReader Map(string key) => new(At(key), Find(key), _problems);

    /// <summary>The groups of the list below a key.</summary>
    public IEnumerable<MapReader> Maps(string key)
    {
        if (Find(key) is not { } node) return [];
        if (node is ListNode list) return list.Items.Select((item, index) => Item($"{At(key)}[{index}]", item));
        Wrong(At(key), node, "a list", "Write one entry a line, each after '- '.");
        return [];
    }

    /// <summary>Texts under free names.</summary>
    public IReadOnlyDictionary<string, string> Texts(string key)
    {
        var map = Map(key);
        return map._entries.Keys.Select(name => (name, text: map.Text(name))).Where(item => item.text is not null)
            .ToDictionary(item => item.name, item => item.text!);
    }

    /// <summary>Reports every key that was not asked for.</summary>
    public void End()
    {
        foreach (var entry in _entries.Values.Where(entry => !_known.Contains(entry.Key)))
        {
            var meant = Suggestion.For(entry.Key, _known.Where(key => !_entries.ContainsKey(key)));
            if (meant is not null) _problems.Excuse(At(meant));
            var remedy = meant is not null ? $"Did you mean '{meant}'?" : "Remove it.";
            _problems.Add(At(entry.Key), entry.Line, $"{At(entry.Key)} is not a known key. {remedy} Known here: {string.Join(", ", _known)}.");
        }
    }

    private void Add(MapEntry entry)
    {
        if (entry.Value is not ScalarNode { IsNull: true }) _problems.Write(At(entry.Key));
        if (_entries.TryAdd(entry.Key, entry)) _problems.Place(At(entry.Key), entry.Line);
        else _problems.Add(At(entry.Key),
            entry.Line, $"{At(entry.Key)} is given twice, first in line {_entries[entry.Key].Line}. Remove one of the two.");
    }

    private MapReader Item(string itemPath, SpecNode item)
    {
        _problems.Place(itemPath, item.Line);
        return new(itemPath, item, _problems);
    }

    private long? Long(string key, long least, long most)
    {
        if (Find(key) is not { } node) return null;
        if (node is not ScalarNode { IsInteger: true } scalar)
        {
            Wrong(At(key), node, "a whole number", "Write it in digits, without quotes, such as 100.");
            return null;
        }
        if (long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= least
            && value <= most) return value;
        Wrong(At(key), node, $"from {least} to {most}", "Write a number in that range.");
        return null;
    }

    private string? Column(string at, SpecNode node)
    {
        if (node is ScalarNode { IsInteger: true } or ScalarNode { Text: not null }) return ((ScalarNode)node).Value;
        Wrong(at, node, "a column", "Write its number, counted from 1, or its name, in quotes if it looks like something else.");
        return null;
    }

    private SpecNode? Find(string key)
    {
        if (!_known.Contains(key)) _known.Add(key);
        return _entries.TryGetValue(key, out var entry) && entry.Value is not ScalarNode { IsNull: true } ? entry.Value : null;
    }

    private void Wrong(string at, SpecNode node, string expected, string remedy) =>
        _problems.Add(at, node.Line, $"{at} is {node.Found}, but must be {expected}. {remedy}");

    private string At(string key) => _path.Length > 0 ? $"{_path}.{key}" : key;
}
