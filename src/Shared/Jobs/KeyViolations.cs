using System.Collections;
using DistTrain.Shared.Jobs.Keys;

namespace DistTrain.Shared.Jobs;

/// <summary>
/// What is wrong with a record: what the rules of its keys say, in the order of the keys, and what it says of several keys, beside the key after
/// which that is told.
/// </summary>
internal sealed class KeyViolations : IEnumerable<Violation>
{
    private readonly object _record;
    private readonly string _path;
    private readonly KeyGroup _group;
    private readonly Dictionary<string, IEnumerable<Violation>> _found = [];

    private KeyViolations(object record, string path)
    {
        (_record, _path, _group) = (record, path, KeyGroup.Of(record.GetType()));
        foreach (var key in _group.All) _found[key.Property] = OfKey(key);
    }

    /// <param name="path">Of the record; empty: the job's own.</param>
    public static KeyViolations Of(object record, string path) => new(record, path);

    /// <summary>Adds rules between keys, after those of one of them.</summary>
    public KeyViolations After(string property, params IEnumerable<Violation> found)
    {
        _found[property] = [.. _found[property], .. found];
        return this;
    }

    /// <summary>Keeps back the rules of a key, where it is something else that is wrong.</summary>
    public KeyViolations Unless(bool holds, string property)
    {
        if (holds) _found[property] = [];
        return this;
    }

    /// <summary>Raises the least value of a key to what other keys ask of it.</summary>
    public KeyViolations AtLeast(string property, int least)
    {
        var (key, path) = (_group[property], PathOf(_group[property]));
        var fault = key.Of(_record) is { } value ? ((AtLeastAttribute)key.Rule!).Fault(path, value, least) : null;
        _found[property] = fault is null ? [] : [new(path, fault)];
        return this;
    }

    public IEnumerator<Violation> GetEnumerator() => _group.All.SelectMany(key => _found[key.Property]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<Violation> OfKey(Key key) => key.Of(_record) switch
    {
        null => [],
        IKeyGroup group => group.Violations(PathOf(key)),
        var value => key.Rule?.Fault(PathOf(key), value) is { } fault ? [new(PathOf(key), fault)] : [],
    };

    private string PathOf(Key key) => _path.Length > 0 ? $"{_path}.{key.Name}" : key.Name;
}
