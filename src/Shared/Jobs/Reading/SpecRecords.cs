using System.Collections.Immutable;
using DistTrain.Shared.Jobs.Keys;
using DistTrain.Shared.Jobs.Phases;

namespace DistTrain.Shared.Jobs.Reading;

/// <summary>Reads each record of a job from its group of keys. Defaults are the records' own.</summary>
internal static class SpecRecords
{
    /// <summary>JSON has no comments: there editors are told the schema by a key, which is theirs alone.</summary>
    public const string SchemaKey = "$schema";

    public static JobSpec Job(MapReader map)
    {
        var job = (JobSpec)Keys(KeyGroup.Of<JobSpec>(), map);
        map.Text(SchemaKey);
        map.End();
        return StartOfItsFirstPhase(job);
    }

    // With a start beside it there are two answers to one question, which the rules refuse.
    private static JobSpec StartOfItsFirstPhase(JobSpec job) => job is { Start: null, Phases: [{ From: { Length: > 0 } from } first, ..] }
        ? job with { Start = new() { Checkpoint = from }, Phases = [first with { From = null }, .. job.Phases.Skip(1)] }
        : job;

    /// <summary>A record with what its group of keys says.</summary>
    private static object Group(KeyGroup group, MapReader map)
    {
        var record = Keys(group, map);
        map.End();
        return record;
    }

    private static object Keys(KeyGroup group, MapReader map)
    {
        var defaults = group.Preset is { } key && map.Word(key.Name, [.. group.Presets!.Keys.Cast<string>()]) is { } preset
            ? group.Presets![preset]! : group.New();
        return Keys(group.New(), group.Read, map, defaults);
    }

    /// <param name="record">Is given the values; what is read first is there when the others are.</param>
    /// <param name="defaults">Has what stands for keys that are not given.</param>
    private static object Keys(object record, IEnumerable<Key> keys, MapReader map, object defaults)
    {
        foreach (var key in keys) key.Put(record, Value(key, map, record) ?? key.Of(defaults));
        return record;
    }

    /// <returns>Null when it is not given.</returns>
    private static object? Value(Key key, MapReader map, object record) => key.Form switch
    {
        KeyForm.Whole when key.ValueType == typeof(long) => map.Long(key.Name),
        KeyForm.Whole => map.Int(key.Name, key.IsOptionalNumber ? 1 : null),
        KeyForm.Number => map.Double(key.Name),
        KeyForm.Flag => map.Bool(key.Name),
        KeyForm.Text => map.Text(key.Name),
        KeyForm.Word => map.Word(key.Name, key.ValueType),
        KeyForm.Column => map.Column(key.Name),
        KeyForm.Columns => map.Columns(key.Name),
        KeyForm.Texts => map.Texts(key.Name).ToImmutableSortedDictionary(StringComparer.Ordinal, StringComparer.Ordinal),
        KeyForm.Group => GroupBelow(key, map),
        KeyForm.Groups when record is DataSpec first => (List<DataSpec>)[.. map.Maps(key.Name).Select(set => FurtherSet(set, first))],
        _ => (List<PhaseSpec>)[.. map.Maps(key.Name).Select(Phase)],
    };

    private static object? GroupBelow(Key key, MapReader map)
    {
        var group = KeyGroup.Of(key.ValueType);
        if (group.All.SingleOrDefault(each => each.StandsForGroup) is { } alone && !map.IsGroup(key.Name))
            return map.Text(key.Name) is { } text ? With(group.New(), alone, text) : null;
        var read = Group(group, map.Map(key.Name));
        return map.Holds(key.Name) ? read : null;
    }

    private static object With(object record, Key key, object value)
    {
        key.Put(record, value);
        return record;
    }

    private static PhaseSpec Phase(MapReader map)
    {
        var word = map.RequiredWord(KeyGroup.Of<PhaseSpec>()[nameof(PhaseSpec.Type)].Name, [.. PhaseTypes.All.Select(type => type.Word)]);
        var type = PhaseTypes.All.FirstOrDefault(type => type.Word == word) ?? PhaseTypes.All.FirstOrDefault(Tells) ?? PhaseTypes.All[0];
        return (PhaseSpec)Group(KeyGroup.Of(type.Defaults.GetType()), map);

        bool Tells(PhaseType type) => type.TellingKey is { } key && map.Holds(KeyGroup.Of(type.Defaults.GetType())[key].Name);
    }

    /// <summary>What one of several sets does not say is as the first has it, but for what it is called and how much it counts.</summary>
    private static DataSpec FurtherSet(MapReader map, DataSpec first)
    {
        var (defaults, keys) = (new DataSpec(), KeyGroup.Of<DataSpec>().Read.Where(key => !key.IsOfTheFirst));
        var set = (DataSpec)Keys(new DataSpec(), keys, map, first with { Train = defaults.Train, Weight = defaults.Weight });
        map.End();
        return set;
    }
}
